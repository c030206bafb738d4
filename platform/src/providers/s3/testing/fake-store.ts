import type { ObjectStore } from '../../../object-store/object-store.ts';
import type { S3Config } from '../s3-config.ts';
import { createS3Store } from '../s3-store.ts';
import { atEnd, fakeServer, type FakeAnswer, type FakeServer, type SeenRequest } from './fake-server.ts';

export type { FakeAnswer, SeenRequest } from './fake-server.ts';

export interface FakeStore extends FakeServer {
  readonly store: ObjectStore;
  /** Values of a query parameter over all requests, in order. */
  parameter(name: string): readonly (string | null)[];
}

/** An S3 store that answers as told, the n-th request (from 0) by `answer(request, n)`; for what no real one can be brought to do. */
export async function fakeStore(answer: (request: SeenRequest, n: number) => FakeAnswer, config: Partial<S3Config> = {}): Promise<FakeStore> {
  const { endpoint, seen } = await fakeServer(answer);
  const store = createS3Store({
    endpoint, region: 'r', addressing: 'path', bucket: 'b',
    credentials: { accessKey: 'ak', secretKey: 'sk' }, now: () => Date.UTC(2026, 0, 1), ...config,
  });
  atEnd(() => store.close());
  return { store, endpoint, seen, parameter: (name) => seen.map(({ target }) => new URLSearchParams(target.split('?')[1] ?? '').get(name)) };
}
