/** Who asks whom: what an entry of the catalogue and credentials come to. */
import { StoreFailure } from '../../object-store/failure.ts';
import type { StoreCredentials } from '../../object-store/credentials.ts';
import type { RegionEntry } from '../region-catalogue.ts';
import { parseConnectionString, type ConnectionString } from './connection-string.ts';

export type Authority =
  | { readonly kind: 'key'; readonly key: Buffer }
  /** `expires`: milliseconds since the epoch, where the signature says. */
  | { readonly kind: 'sas'; readonly query: string; readonly expires: number | undefined };

export interface AzureAccess {
  readonly account: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** What stands before every path: empty, or `/account` where the account is no host name of its own. */
  readonly basePath: string;
  readonly authority: Authority;
}

const ACCOUNT = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The credentials are a connection string; or an account's name with a shared access signature as `securityToken`, or with a
 * key of the account. An endpoint in the connection string wins over the catalogue's.
 *
 * @throws StoreFailure `bad-credentials` for what is none of these.
 */
export function accessOf(entry: RegionEntry, credentials: StoreCredentials | undefined): AzureAccess {
  const { connectionString, accessKey, secretKey, securityToken } = credentials ?? { accessKey: '', secretKey: '' };
  const given: ConnectionString = connectionString === undefined
    ? { accountName: accessKey, accountKey: secretKey, sharedAccessSignature: securityToken, blobEndpoint: undefined }
    : parseConnectionString(connectionString);
  const endpoint = given.blobEndpoint === undefined ? undefined : parseEndpoint(given.blobEndpoint);
  const account = given.accountName ?? (endpoint === undefined ? '' : accountIn(endpoint));
  if (!ACCOUNT.test(account)) throw new StoreFailure('bad-credentials', 'Azure needs the name of a storage account, as the access key or in the connection string');
  const place = endpoint === undefined ? placeOf(entry, account) : { origin: endpoint.origin, basePath: endpoint.pathname.replace(/\/+$/, '') };
  return { account, ...place, authority: authorityOf(given) };
}

function authorityOf({ sharedAccessSignature, accountKey }: ConnectionString): Authority {
  if (sharedAccessSignature !== undefined && sharedAccessSignature !== '') return signatureOf(sharedAccessSignature.replace(/^\?/, ''));
  if (accountKey === undefined || !BASE64.test(accountKey)) throw new StoreFailure('bad-credentials', 'Azure needs a key of the storage account (base64) or a shared access signature');
  return { kind: 'key', key: Buffer.from(accountKey, 'base64') };
}

function signatureOf(query: string): Authority {
  const parameters = new URLSearchParams(query);
  if (!parameters.has('sig') || /[^\x21-\x7e]/.test(query)) throw new StoreFailure('bad-credentials', 'the shared access signature of Azure has no sig');
  const expires = Date.parse(parameters.get('se') ?? '');
  return { kind: 'sas', query, expires: Number.isNaN(expires) ? undefined : expires };
}

/** The account is the first label of the host, unless the endpoint names it already or asks for it in the path. */
function placeOf({ endpoint, addressing }: RegionEntry, account: string): Pick<AzureAccess, 'origin' | 'basePath'> {
  const url = new URL(endpoint);
  if (url.hostname.toLowerCase().startsWith(`${account.toLowerCase()}.`)) return { origin: url.origin, basePath: '' };
  if (addressing === 'path') return { origin: url.origin, basePath: `/${account}` };
  return { origin: `${url.protocol}//${account}.${url.host}`, basePath: '' };
}

function parseEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const usable = url !== undefined && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.search === '' && url.hash === '';
  if (!usable) throw new StoreFailure('bad-credentials', 'the BlobEndpoint of the connection string is no URL of a blob service');
  return url;
}

/** A connection string with a signature need not name the account that its endpoint names. */
function accountIn({ hostname, pathname }: URL): string {
  const inPath = pathname.split('/')[1] ?? '';
  return inPath === '' ? (hostname.split('.')[0] ?? '') : inPath;
}
