import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { makeBucket, signedBy, startRgw, type Rgw, type RgwUser } from './rgw.ts';

const run = promisify(execFile);
let rgw: Rgw;
beforeAll(async () => {
  rgw = await startRgw();
}, 600_000);

test('is started once', async () => {
  expect(await startRgw()).toEqual(rgw);
});

test('makes buckets that their user alone can list', async () => {
  const bucket = await makeBucket(rgw);
  const status = async (user: RgwUser): Promise<string> => {
    const { stdout } = await run('curl', ['--silent', '--output', '/dev/null', '--write-out', '%{http_code}', ...signedBy(user), `${rgw.endpoint}/${bucket}`]);
    return stdout;
  };
  expect(await status(rgw.users[0])).toBe('200');
  expect(await status(rgw.users[1])).toBe('403');
});

test('has a certificate that its CA vouches for', async () => {
  const { stdout } = await run('curl', ['--silent', '--cacert', rgw.ca, `${rgw.tlsEndpoint}/swift/healthcheck`, '--output', '/dev/null', '--write-out', '%{http_code}']);
  expect(stdout).toBe('200');
});
