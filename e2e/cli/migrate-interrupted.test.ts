/** `haulier migrate` that is stopped, killed or run in a terminal. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { binary } from '../support/serve.ts';
import { contents, expectSame, follow, MiB, MigrateSetting, never, put, type Running } from './migrate-setting.ts';

let setting: MigrateSetting;
beforeAll(async () => { setting = await MigrateSetting.create(); }, 600_000);
afterAll(() => setting.remove());

async function uploadIds(store: ObjectStore, key: string): Promise<readonly string[]> {
  return (await store.multipart?.uploadsOf(key, never) ?? []).map(({ uploadId }) => uploadId);
}

/** Resolves with the upload of this key once it has a part, and while the command is at work on it. */
async function untilPartThere(store: ObjectStore, key: string, { ended }: Running): Promise<string> {
  let over = false;
  void ended.then(() => { over = true; });
  while (!over) {
    for (const uploadId of await uploadIds(store, key)) {
      if ((await store.multipart?.partsOf({ key, uploadId }, never) ?? []).length > 0) return uploadId;
    }
    await sleep(50);
  }
  throw new Error(`the command ended before a part was there:\n${(await ended).stderr}`);
}

/** All uploads of this key that were seen until the command ended. */
async function uploadsSeen(store: ObjectStore, key: string, { ended }: Running): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  let over = false;
  void ended.then(() => { over = true; });
  while (!over) {
    for (const id of await uploadIds(store, key)) seen.add(id);
    await sleep(50);
  }
  return seen;
}

describe.each([
  { how: 'interrupted', signal: 'SIGINT', code: 130 },
  { how: 'terminated', signal: 'SIGTERM', code: 130 },
  { how: 'killed', signal: 'SIGKILL', code: null },
] as const)('a command that is $how', ({ signal, code }) => {
  test('goes on the next time where it was, in its upload too, and leaves nothing behind', async () => {
    const [from, to] = [await setting.bucket(0), await setting.bucket(1)];
    const world = new Map([['large', randomBytes(70 * MiB)], ...Array.from({ length: 30 }, (_, n) => [`small/${n}`, randomBytes(1000 + n)] as const)]);
    await Promise.all([...world].map(([key, bytes]) => put(from, key, bytes)));
    const args = [`aws:rgw/${from.location.bucket}`, `hec:rgw/${to.location.bucket}`, '--bandwidth', '16M'];

    const first = setting.start(args);
    const upload = await untilPartThere(to, 'large', first);
    first.child.kill(signal);
    const stopped = await first.ended;
    expect(stopped.code).toBe(code);
    if (code !== null) expect(stopped.stderr).toContain('Interrupted. Run the same command again to go on.');
    expect(await uploadIds(to, 'large')).toEqual([upload]);
    const remembered = await setting.notes();
    expect(remembered).toContain(upload);
    for (const secret of setting.secrets) expect(remembered).not.toContain(secret);

    const second = setting.start([...args, '--json']);
    expect([...await uploadsSeen(to, 'large', second)]).toEqual([upload]);
    const ended = await second.ended;
    expect(ended).toMatchObject({ code: 0 });
    expect(JSON.parse(ended.stdout)).toMatchObject({ result: 'arrived', failed: { objects: 0 } });
    expectSame(await contents(to), world);
    expect(await uploadIds(to, 'large')).toEqual([]);
    expect(await setting.notes()).not.toContain(upload);
  });
});

test('a second command for the same pair is refused while the first is at work', async () => {
  const [from, to] = [await setting.bucket(0), await setting.bucket(1)];
  await put(from, 'large', randomBytes(150 * MiB));
  const args = [`aws:rgw/${from.location.bucket}`, `hec:rgw/${to.location.bucket}`];
  // At work for half a minute after its first part, while the second one starts.
  const first = setting.start([...args, '--bandwidth', '4M']);
  await untilPartThere(to, 'large', first);
  expect(await setting.run(args)).toEqual({
    code: 2, stdout: '',
    stderr: `haulier: another haulier migrate (process ${first.child.pid}) is at work on the same SRC and DST; wait for its end, or stop it first\n`,
  });
  first.child.kill('SIGKILL');
  await first.ended;
  expect(await setting.run(args)).toMatchObject({ code: 0 });
});

test('an upload that nothing goes on with is aborted by the next run that ends', async () => {
  const [from, to] = [await setting.bucket(0), await setting.bucket(1)];
  await put(from, 'large', randomBytes(70 * MiB));
  const args = [`aws:rgw/${from.location.bucket}`, `hec:rgw/${to.location.bucket}`];
  const first = setting.start([...args, '--bandwidth', '16M']);
  await untilPartThere(to, 'large', first);
  first.child.kill('SIGKILL');
  await first.ended;
  expect(await uploadIds(to, 'large')).toHaveLength(1);
  await from.remove('large', never);
  expect(await setting.run(args)).toMatchObject({ code: 0 });
  expect(await uploadIds(to, 'large')).toEqual([]);
});

test('an upload of a source that has changed since is aborted, and the new version arrives', async () => {
  const [from, to] = [await setting.bucket(0), await setting.bucket(1)];
  await put(from, 'large', randomBytes(70 * MiB));
  const args = [`aws:rgw/${from.location.bucket}`, `hec:rgw/${to.location.bucket}`];
  const first = setting.start([...args, '--bandwidth', '16M']);
  await untilPartThere(to, 'large', first);
  first.child.kill('SIGINT');
  expect(await first.ended).toMatchObject({ code: 130 });
  const newer = randomBytes(70 * MiB);
  await put(from, 'large', newer);
  expect(await setting.run(args)).toMatchObject({ code: 0 });
  expectSame(await contents(to), new Map([['large', newer]]));
  expect(await uploadIds(to, 'large')).toEqual([]);
});

describe('on a terminal', () => {
  /** Runs the command on a pseudo-terminal and types each answer when its question has come. */
  async function typed(args: readonly string[], dialogue: readonly (readonly [question: string, answer: string])[]): Promise<{ readonly code: number | null; readonly screen: string }> {
    const command = [binary, ...setting.arguments(args)].map((word) => `'${word}'`).join(' ');
    const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], { cwd: setting.folder, env: setting.environment(), stdio: ['pipe', 'pipe', 'pipe'] });
    const { ended } = follow(child);
    let [screen, asked] = ['', 0];
    child.stdout.on('data', (chunk: Buffer) => {
      screen += chunk.toString();
      const next = dialogue[asked];
      if (next === undefined || !screen.includes(next[0])) return;
      asked += 1;
      child.stdin.write(next[1]);
    });
    const { code } = await ended;
    return { code, screen };
  }

  test('keys are asked for, and the secrets are not shown', async () => {
    const [from, to] = [await setting.bucket(0), await setting.bucket(1)];
    await put(from, 'x', 'x');
    const [src, dst] = setting.rgw.users;
    const { code, screen } = await typed([`aws:rgw/${from.location.bucket}`, `hec:rgw/${to.location.bucket}`], [
      ['Access key for aws:rgw/', `${src.accessKey}\r`], ['Secret key for aws:rgw/', `${src.secretKey}\r`],
      ['Access key for hec:rgw/', `${dst.accessKey}\r`], ['Secret key for hec:rgw/', `${dst.secretKey}\r`],
    ]);
    expect(screen).toContain('Everything arrived.');
    expect(code).toBe(0);
    for (const { secretKey } of setting.rgw.users) expect(screen).not.toContain(secretKey);
    expectSame(await contents(to), new Map([['x', Buffer.from('x')]]));
  });

  test.each([['Ctrl-C', '\u0003'], ['Ctrl-D', '\u0004']])('%s at a question ends the command', async (_, answer) => {
    const { code, screen } = await typed(['aws:rgw/any', 'local:x'], [['Access key for aws:rgw/any', answer]]);
    expect(code).toBe(130);
    expect(screen).not.toMatch(/ {4}at |haulier:|Warning/);
  });
});
