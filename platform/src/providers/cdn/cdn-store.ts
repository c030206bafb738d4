import type { HttpClientOptions } from '@haulier/lib/http/http-client.ts';
import type { CdnAccess, CdnAuthentication } from '../../object-store/cdn.ts';
import type { StoreCredentials } from '../../object-store/credentials.ts';
import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import type { ProviderRuntime } from '../cloud-provider.ts';
import { encodeKey } from '../s3/addressing.ts';
import { createWebStore } from '../web/web-store.ts';
import type { WebMethod } from '../web/web-requests.ts';
import { signatures } from './signatures.ts';

export interface CdnStoreConfig {
  readonly access: CdnAccess;
  /** Of the source. */
  readonly bucket: string;
  /** Of the source; some types sign with them. */
  readonly credentials: StoreCredentials | undefined;
  readonly runtime: ProviderRuntime;
  readonly http?: Omit<HttpClientOptions, 'origin'>;
}

/** Connections to a CDN, which is made for many readers. */
const most = { looks: 64, reads: 512 };
const MAX_KEY_BYTES = 1024;

/** Types that sign with the access key of the source, and those that need no secret of anybody. */
const byAccessKey: ReadonlySet<CdnAuthentication> = new Set(['qiniu', 'kingsoft']);

/**
 * What a CDN has of a bucket, as a store that can be looked at and read: its keys are the bucket's own, each request is
 * signed anew. Its ETags are what the CDN says, which need not be what the bucket says.
 *
 * @throws StoreFailure `bad-credentials` when the type's secret is missing, `unsupported` for temporary credentials: none of the
 * documents says how they sign for a CDN.
 */
export function createCdnStore({ access, bucket, credentials, runtime, http }: CdnStoreConfig): ObjectStore {
  const { protocol, domain, authentication } = access.cdn;
  const { origin } = new URL(`${protocol}://${domain}`);
  const secrets = secretsOf(access, credentials);
  const web = createWebStore({
    location: { endpoint: origin, bucket, account: '' },
    named: 'Objects of a CDN',
    addressOf(method: WebMethod, key: string) {
      const path = `/${encodeKey(key)}`;
      const random = runtime.uniqueName().replaceAll(/[^0-9A-Za-z]/g, '');
      return { origin, target: signatures[authentication]({ method, origin, bucket, path, now: runtime.clock.now(), random, ...secrets }), shown: origin + path };
    },
    home: { origin, target: '/', shown: `${origin}/` },
    maxKeyBytes: MAX_KEY_BYTES,
    ...most,
    now: () => runtime.clock.now(),
    ...(http === undefined ? {} : { http }),
  });
  return {
    ...web,
    stat: (key, signal) => web.stat(key, signal).catch(rethrow),
    read: (key, options, signal) => web.read(key, options, signal).catch(rethrow),
  };
}

function secretsOf({ cdn, key = '' }: CdnAccess, credentials: StoreCredentials | undefined) {
  const { accessKey = '', secretKey = '', securityToken } = credentials ?? {};
  const needed = `authentication at the CDN ${cdn.domain}`;
  if (byAccessKey.has(cdn.authentication)) {
    if (accessKey === '' || secretKey === '') throw new StoreFailure('bad-credentials', `${needed} needs the source's access key`);
    if (securityToken !== undefined) throw new StoreFailure('unsupported', `${needed} cannot be signed with temporary credentials`);
    return { key: '', accessKey, secretKey };
  }
  if (cdn.authentication === 'none') return { key: '', accessKey: '', secretKey: '' };
  if (!/^[\x21-\x7e]+$/.test(key)) throw new StoreFailure('bad-credentials', `${needed} needs its key, of characters that a URL can carry`);
  return { key, accessKey: '', secretKey: '' };
}

/** A refusal says nothing of the bucket's own permissions: whoever reads it has to look at the CDN. */
function rethrow(error: unknown): never {
  if (!isFailure(error, 'denied')) throw error;
  const { message, status } = error;
  throw new StoreFailure('denied', `the CDN refused ${message}; its authentication type, its key and the clocks have to agree`, { ...(status === undefined ? {} : { status }), cause: error });
}
