/**
 * A connection string as Azure's portal shows it ("Configure Azure Storage connection strings"): `name=value;…`, the names in
 * any case, `=` allowed in values.
 */
import { StoreFailure } from '../../object-store/failure.ts';

export interface ConnectionString {
  readonly accountName: string | undefined;
  readonly accountKey: string | undefined;
  /** Without a leading `?`. */
  readonly sharedAccessSignature: string | undefined;
  /** Of the blob service, with its protocol; where the string names one. */
  readonly blobEndpoint: string | undefined;
}

const NAMES: ReadonlySet<string> = new Set(['defaultendpointsprotocol', 'accountname', 'accountkey', 'sharedaccesssignature', 'endpointsuffix', 'blobendpoint']);
/** Of services that hold no blobs, and of the replica, which is behind. */
const IGNORED = /^(file|queue|table|dfs|blobsecondary|filesecondary|queuesecondary|tablesecondary)(endpoint)?$/;

/** Throws {@link StoreFailure} `bad-credentials`; the message names what is wrong and never a value. */
export function parseConnectionString(text: string): ConnectionString {
  const settings = new Map(text.split(';').map((setting) => setting.trim()).filter((setting) => setting !== '').map(parseSetting));
  for (const name of settings.keys()) {
    if (!NAMES.has(name) && !IGNORED.test(name)) throw refusal(`has the unknown setting ${JSON.stringify(name)}`);
  }
  const accountName = settings.get('accountname');
  const signature = settings.get('sharedaccesssignature');
  return {
    accountName,
    accountKey: settings.get('accountkey'),
    sharedAccessSignature: signature?.replace(/^\?/, ''),
    blobEndpoint: settings.get('blobendpoint') ?? endpointOf(settings, accountName),
  };
}

function parseSetting(setting: string): readonly [name: string, value: string] {
  const at = setting.indexOf('=');
  const name = setting.slice(0, at).trim().toLowerCase();
  const value = setting.slice(at + 1).trim();
  if (at <= 0 || value === '') throw refusal('is not a list of name=value, separated by semicolons');
  return [name, value];
}

function endpointOf(settings: ReadonlyMap<string, string>, account: string | undefined): string | undefined {
  const suffix = settings.get('endpointsuffix');
  if (suffix === undefined) return undefined;
  const protocol = settings.get('defaultendpointsprotocol')?.toLowerCase() ?? 'https';
  if (account === undefined || !/^[a-z0-9.-]+$/i.test(suffix) || (protocol !== 'https' && protocol !== 'http')) throw refusal('names no endpoint with its AccountName, EndpointSuffix and DefaultEndpointsProtocol');
  return `${protocol}://${account}.blob.${suffix}`;
}

function refusal(what: string): StoreFailure {
  return new StoreFailure('bad-credentials', `the connection string of Azure ${what}`);
}
