/**
 * Where the command line finds the keys of an object store: the environment, then a profile, then a prompt; never argv,
 * which every user of the machine can read.
 */
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { StoreCredentials } from '../object-store/credentials.ts';
import { withTerminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export type { StoreCredentials } from '../object-store/credentials.ts';

export type Side = 'src' | 'dst';

const text = Type.Optional(Type.String({ minLength: 1 }));
const Profile = Type.Object(
  {
    access_key: text, secret_key: text, security_token: Type.Optional(Type.String()),
    /** The path of a service account's key file, and the connection string of a storage account: in place of keys. */
    json_auth_file: text, connection_string: text,
    /** Signs for the CDN of a source. */
    cdn_key: text,
    /** Of a Haulier server, for `haulier task`. */
    endpoint: text, project_id: text,
  },
  { additionalProperties: false },
);
type Profile = Static<typeof Profile>;
const Profiles = Type.Record(Type.String(), Profile);

/** `$HAULIER_PROFILES`, or `haulier/profiles.yaml` in the user's configuration folder. */
export function profileFile(env: NodeJS.ProcessEnv): string {
  return env['HAULIER_PROFILES'] ?? join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'haulier', 'profiles.yaml');
}

/** Names and values as they stand in the environment or a profile; the file is a path. */
interface Given {
  readonly accessKey?: string | undefined;
  readonly secretKey?: string | undefined;
  readonly securityToken?: string | undefined;
  readonly jsonAuthFile?: string | undefined;
  readonly connectionString?: string | undefined;
}

/**
 * `HAULIER_SRC_ACCESS_KEY`, `HAULIER_SRC_SECRET_KEY`, `HAULIER_SRC_SECURITY_TOKEN`; in place of them the path of Google's key
 * file in `HAULIER_SRC_JSON_AUTH_FILE` or `HAULIER_SRC_CONNECTION_STRING` of Azure; and the same with `DST`.
 *
 * @throws UsageError when half of it is there, or the key file cannot be read.
 */
export async function credentialsFromEnv(side: Side, env: NodeJS.ProcessEnv): Promise<StoreCredentials | undefined> {
  const name = `HAULIER_${side.toUpperCase()}`;
  const given: Given = {
    accessKey: env[`${name}_ACCESS_KEY`], secretKey: env[`${name}_SECRET_KEY`], securityToken: env[`${name}_SECURITY_TOKEN`],
    jsonAuthFile: env[`${name}_JSON_AUTH_FILE`], connectionString: env[`${name}_CONNECTION_STRING`],
  };
  const { accessKey, secretKey, jsonAuthFile, connectionString } = given;
  if ((accessKey ?? secretKey ?? jsonAuthFile ?? connectionString) === undefined) return undefined;
  return complete(given, `set both ${name}_ACCESS_KEY and ${name}_SECRET_KEY, or none of them`);
}

/**
 * @throws UsageError when the file is missing, readable by others, not of the expected shape, or lacks the profile.
 */
export async function credentialsFromProfile(profile: string, file: string): Promise<StoreCredentials> {
  const found = await readProfile(profile, file);
  return complete({
    accessKey: found.access_key, secretKey: found.secret_key, securityToken: found.security_token,
    jsonAuthFile: found.json_auth_file, connectionString: found.connection_string,
  }, `${file}: the profile "${profile}" lacks access_key or secret_key; json_auth_file (Google) or connection_string (Azure) can be in their place`);
}

/** A temporary signature of Azure comes with no secret key. */
async function complete(given: Given, lacking: string): Promise<StoreCredentials> {
  const { accessKey = '', secretKey = '', securityToken = '', jsonAuthFile = '', connectionString = '' } = given;
  const whole = accessKey !== '' && (secretKey !== '' || securityToken !== '');
  const half = accessKey !== '' || secretKey !== '';
  if (!whole && (half || (jsonAuthFile === '' && connectionString === ''))) throw new UsageError(lacking);
  return {
    accessKey, secretKey,
    ...(securityToken === '' ? {} : { securityToken }),
    ...(jsonAuthFile === '' ? {} : { jsonAuthFile: await readKeyFile(jsonAuthFile) }),
    ...(connectionString === '' ? {} : { connectionString }),
  };
}

function readKeyFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`the key file ${path} cannot be read`, { cause });
  });
}

/** @throws UsageError as {@link credentialsFromProfile} does. */
export async function readProfile(profile: string, file: string): Promise<Profile> {
  const info = await stat(file).catch(() => {
    throw new UsageError(`profile "${profile}" was asked for, and there is no ${file}`);
  });
  if ((info.mode & 0o077) !== 0) throw new UsageError(`${file} holds secrets and others may read it: run chmod 600 on it`);
  const content: unknown = parse(await readFile(file, 'utf8'));
  if (!Value.Check(Profiles, content)) {
    const error = Value.Errors(Profiles, content)[0];
    throw new UsageError(`${file}: ${error?.instancePath ?? ''} ${error?.message ?? 'is not a mapping of profiles'}; a profile has access_key, secret_key and, if need be, security_token, json_auth_file, connection_string, cdn_key, endpoint, project_id`);
  }
  const found = content[profile];
  if (found === undefined) throw new UsageError(`${file} has no profile "${profile}"; it has ${Object.keys(content).join(', ')}`);
  return found;
}

/**
 * Asks on the terminal; the secret is not echoed.
 *
 * @throws InterruptedError when there is no answer.
 */
export async function credentialsFromPrompt(side: Side, what: string): Promise<StoreCredentials> {
  if (!process.stdin.isTTY) {
    const name = `HAULIER_${side.toUpperCase()}`;
    throw new UsageError(`no credentials for ${what}: set ${name}_ACCESS_KEY and ${name}_SECRET_KEY (Google: or ${name}_JSON_AUTH_FILE, Azure: or ${name}_CONNECTION_STRING), name a profile with --${side}-profile, or run in a terminal to be asked`);
  }
  return withTerminal(async ({ ask, askSecret }) => {
    const accessKey = await ask(`Access key for ${what}: `);
    const secretKey = await askSecret(`Secret key for ${what} (not shown): `);
    if (accessKey === '' || secretKey === '') throw new UsageError('an access key and a secret key are needed');
    return { accessKey, secretKey };
  });
}

export function cdnKeyFromEnv(env: NodeJS.ProcessEnv): string | undefined {
  const key = env['HAULIER_SRC_CDN_KEY'];
  return key === '' ? undefined : key;
}

/**
 * Undefined where the profile has none.
 *
 * @throws UsageError as {@link credentialsFromProfile} does.
 */
export async function cdnKeyFromProfile(profile: string, file: string): Promise<string | undefined> {
  return (await readProfile(profile, file)).cdn_key;
}

/** @throws UsageError where nobody can be asked; InterruptedError when there is no answer. */
export async function cdnKeyFromPrompt(domain: string): Promise<string> {
  if (!process.stdin.isTTY) throw new UsageError(`no key for the CDN ${domain}: set HAULIER_SRC_CDN_KEY, name a profile that has cdn_key with --src-profile, or run in a terminal to be asked`);
  const key = await withTerminal(({ askSecret }) => askSecret(`Key for the CDN ${domain} (not shown): `));
  if (key === '') throw new UsageError('a key for the CDN is needed');
  return key;
}
