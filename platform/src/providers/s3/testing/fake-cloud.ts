import type { StoreCredentials } from '../../../object-store/credentials.ts';
import type { ObjectStore } from '../../../object-store/object-store.ts';
import type { CloudProvider } from '../../cloud-provider.ts';
import { atEnd, fakeServer, type FakeAnswer, type FakeServer, type SeenRequest } from './fake-server.ts';

export interface FakeCloud extends FakeServer {
  readonly store: ObjectStore;
}

/** A bucket `b` of a cloud's provider in the region `region`, at a server that answers as told; for what the cloud documents and no emulator does. */
export async function fakeCloud(
  provider: CloudProvider,
  region: string,
  answer: (request: SeenRequest, n: number) => FakeAnswer,
  credentials: StoreCredentials = { accessKey: 'ak', secretKey: 'sk' },
): Promise<FakeCloud> {
  const server = await fakeServer(answer);
  const entry = { cloud: 'Fake', region, endpoint: server.endpoint, addressing: 'path', signature: 'v4' } as const;
  const store = provider.openStore(entry, { bucket: 'b', credentials, runtime: { clock: { now: () => Date.UTC(2026, 0, 1) }, uniqueName: () => 'name' } });
  atEnd(() => store.close());
  return { ...server, store };
}

/** An answer to ListObjects with these entries, as XML, that is the last page. */
export function listAnswer(...contents: readonly string[]): FakeAnswer {
  const entries = contents.map((content) => `<Contents>${content}</Contents>`).join('');
  return { body: `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated>${entries}</ListBucketResult>` };
}
