import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { VirtualClock } from '@haulier/lib/retry/virtual-clock.ts';
import { get, put } from '../object-store/contract/fixture.ts';
import { StoreFailure, type FailureKind } from '../object-store/failure.ts';
import { builtInRegions } from './built-in-regions.ts';
import { LimitersByEndpoint, openStore, type OpenOptions, type StoreRuntime } from './index.ts';
import type { RegionEntry } from './region-catalogue.ts';

const credentials = { accessKey: 'AK', secretKey: 'SK' };
const runtime: StoreRuntime = { clock: new VirtualClock(), random: () => 0, uniqueName: randomUUID, limiters: new LimitersByEndpoint({ now: () => 0 }) };
const own = (cloud: string): RegionEntry => ({ cloud, region: 'own', endpoint: 'http://127.0.0.1:9', addressing: 'path', signature: 'v4' });

test('opens a folder of the host', async () => {
  const root = await mkdtemp(join(tmpdir(), 'haulier open store '));
  await mkdir(join(root, 'bucket'));
  const store = openStore({ ...own('Local'), endpoint: pathToFileURL(root).href }, { bucket: 'bucket', credentials: undefined, runtime });
  await put(store, 'key', 'content');
  expect((await get(store, 'key')).bytes.toString()).toBe('content');
  expect([...runtime.limiters.all().keys()]).toEqual([pathToFileURL(root).href]);
  await rm(root, { recursive: true });
});

test.each(['AWS', 'HuaweiCloud', 'HEC', 'Aliyun', 'Tencent', 'KingsoftCloud', 'Google', 'QingCloud', 'Baidu', 'Qiniu', 'UCloud'])('opens the built-in regions of %s', (cloud) => {
  const entries = builtInRegions().filter((entry) => entry.cloud === cloud);
  expect(entries).not.toEqual([]);
  for (const entry of entries) expect(openStore(entry, { bucket: 'bucket', credentials, runtime }).location).toMatchObject({ endpoint: entry.endpoint, bucket: 'bucket', account: 'AK' });
});

test.each<[string, RegionEntry, Partial<OpenOptions>, FailureKind, string]>([
  ['a cloud without a provider', own('Nobody'), {}, 'unsupported', 'Nobody'],
  ['a name of JavaScript', own('toString'), {}, 'unsupported', 'toString'],
  ['a missing key', own('AWS'), { credentials: undefined }, 'bad-credentials', 'AWS'],
  ['temporary credentials of a cloud that takes none', own('QingCloud'), { credentials: { ...credentials, securityToken: 'token' } }, 'unsupported', 'QingCloud'],
  ['a missing CA', { ...own('AWS'), caFile: '/nowhere/ca.pem' }, {}, 'unreachable', '/nowhere/ca.pem'],
  ['requester pays of a folder', { ...own('Local'), endpoint: 'file:///tmp' }, { requesterPays: true }, 'unsupported', 'requester pays'],
])('refuses %s by name', (_, entry, options, kind, named) => {
  const refusal = failureOf(() => openStore(entry, { bucket: 'bucket', credentials, runtime, ...options }));
  expect(refusal.kind).toBe(kind);
  expect(refusal.message).toContain(named);
});

function failureOf(operation: () => unknown): StoreFailure {
  try {
    operation();
  } catch (error) {
    if (error instanceof StoreFailure) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
