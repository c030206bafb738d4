import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { lockPair, PairBusyError } from './pair-lock.ts';

const module = fileURLToPath(new URL('pair-lock.ts', import.meta.url));

function newFile(): string {
  return join(tmpdir(), `notes-${randomUUID()}.json`);
}

describe.runIf(process.platform === 'linux')('the lock of a pair', () => {
  test('is held by one, who is named to the others, and is free afterwards', async () => {
    const file = newFile();
    const lock = await lockPair(file);
    await expect(lockPair(file)).rejects.toThrow(`(process ${process.pid})`);
    await expect(lockPair(file)).rejects.toBeInstanceOf(PairBusyError);
    await lock.release();
    await (await lockPair(file)).release();
  });

  test('is one for each file', async () => {
    const [one, other] = [await lockPair(newFile()), await lockPair(newFile())];
    await Promise.all([one.release(), other.release()]);
  });

  test('is had by one of many who ask at once', async () => {
    const file = newFile();
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => lockPair(file)));
    const had = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(had).toHaveLength(1);
    await had[0]?.release();
  });

  test('ends with a process that is killed', async () => {
    const file = newFile();
    const holding = `const { lockPair } = await import(process.argv[1]); await lockPair(process.argv[2]); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', holding, module, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    await once(child.stdout, 'data');
    await expect(lockPair(file)).rejects.toThrow(`(process ${child.pid})`);
    child.kill('SIGKILL');
    await exited;
    await (await lockPair(file)).release();
  });

  test('keeps no process alive', async () => {
    const holding = `const { lockPair } = await import(process.argv[1]); await lockPair(process.argv[2]);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', holding, module, newFile()], { stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
