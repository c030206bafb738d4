/** The store contract, kept by each cloud's own protocol, and what only that protocol has: CRC64s, restores, temporary credentials. */
import { loadCrc64 } from '@haulier/lib/crc64/crc64.ts';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import { get, never, noMetadata, pattern, put } from '@haulier/platform/object-store/contract/fixture.ts';
import { describeStoreContract } from '@haulier/platform/object-store/contract/store-contract.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { aliyun } from '@haulier/platform/providers/aliyun/provider.ts';
import type { CloudProvider } from '@haulier/platform/providers/cloud-provider.ts';
import { huawei } from '@haulier/platform/providers/huawei/provider.ts';
import { kingsoft } from '@haulier/platform/providers/kingsoft/provider.ts';
import type { RegionEntry } from '@haulier/platform/providers/region-catalogue.ts';
import { tencent } from '@haulier/platform/providers/tencent/provider.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { makeBucket, startRgw } from '../stores/rgw.ts';
import { startGateway, type NativeGateway } from './native/gateway.ts';
import { cos, ks3, obs, oss, type NativeProtocol } from './native/protocols.ts';
import { cloudFixture, resolved } from './resolved.ts';

interface Native {
  readonly cloud: string;
  readonly provider: CloudProvider;
  readonly protocol: NativeProtocol;
  readonly host: string;
}

const natives: readonly Native[] = [
  { cloud: 'HEC', provider: huawei, protocol: obs, host: 'obs.cn-north-4.myhuaweicloud.com' },
  { cloud: 'Aliyun', provider: aliyun, protocol: oss, host: 'oss-cn-hangzhou.aliyuncs.com' },
  { cloud: 'Tencent', provider: tencent, protocol: cos, host: 'cos.ap-beijing.myqcloud.com' },
  { cloud: 'KingsoftCloud', provider: kingsoft, protocol: ks3, host: 'ks3-cn-beijing.ksyuncs.com' },
];

function entryOf({ cloud, host }: Native, port: number): RegionEntry {
  return { cloud, region: 'cn-hangzhou', endpoint: `http://${host}:${port}`, addressing: 'virtual-host', signature: 'native' };
}

for (const native of natives) {
  describeStoreContract(`${native.cloud} in its own protocol`, async () => {
    const rgw = await startRgw();
    const gateway = await startGateway(native.protocol, native.host, rgw);
    return cloudFixture(native.provider, entryOf(native, gateway.port), rgw, () => gateway.close());
  });
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(native: Native, token?: string): Promise<{ readonly store: ObjectStore; readonly gateway: NativeGateway }> {
  const rgw = await startRgw();
  const gateway = await startGateway(native.protocol, native.host, rgw, token);
  const credentials = { ...rgw.users[0], ...(token === undefined ? {} : { securityToken: token }) };
  const store = native.provider.openStore(entryOf(native, gateway.port), { bucket: await makeBucket(rgw), credentials, runtime: resolved });
  closing.push(() => store.close(), () => gateway.close());
  return { store, gateway };
}

describe.each(natives)('$cloud', (native) => {
  test('tells the CRC64 of what it holds', async () => {
    const { store } = await open(native);
    const content = pattern(300_000);
    const crc = (await loadCrc64()).start();
    crc.update(content);
    const right = String(crc.value());
    expect(store.traits.crc64).toBe('ecma');
    expect((await put(store, 'key', content)).crc64).toBe(right);
    expect((await store.stat('key', never)).crc64).toBe(right);
    expect((await get(store, 'key')).object.crc64).toBe(right);
  });

  test('restores what is archived', async () => {
    const { store, gateway } = await open(native);
    const storageClass = native.provider.classOf('archive');
    if (store.restore === undefined || storageClass === undefined) throw new Error('no archive');
    await store.write('cold', bytesSource(Buffer.from('content')), { metadata: noMetadata, storageClass }, never);
    const cold = await store.stat('cold', never);
    expect(cold).toMatchObject({ archived: true });
    expect(native.provider.storageClasses[cold.storageClass ?? '']).toBe('archive');
    await expect(get(store, 'cold')).rejects.toMatchObject({ kind: 'archived' });

    expect(await store.restore.request('cold', 3, never)).toBe('requested');
    expect(await store.restore.request('cold', 3, never)).toBe('requested');
    expect(await store.stat('cold', never)).toMatchObject({ archived: true, restoring: true });
    expect(gateway.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);

    gateway.finishRestores();
    expect(await store.restore.request('cold', 3, never)).toBe('readable');
    expect(await store.stat('cold', never)).toMatchObject({ archived: false, restoredUntil: Date.UTC(2044, 11, 1, 16) });
    expect((await get(store, 'cold')).bytes.toString()).toBe('content');
  });

  test('takes temporary credentials', async () => {
    const { store } = await open(native, 'temporary-token');
    await put(store, 'key', 'content');
    expect((await get(store, 'key')).bytes.toString()).toBe('content');
  });

  test('refuses a token that is not the store\'s', async () => {
    const { gateway } = await open(native, 'temporary-token');
    const rgw = await startRgw();
    const store = native.provider.openStore(entryOf(native, gateway.port), { bucket: 'any', credentials: { ...rgw.users[0], securityToken: 'another' }, runtime: resolved });
    closing.push(() => store.close());
    await expect(store.checkBucket(never)).rejects.toMatchObject({ name: 'StoreFailure' });
  });
});
