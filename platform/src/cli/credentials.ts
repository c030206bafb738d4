/**
 * Where the command line finds the keys of an object store: the environment, then a profile, then a prompt; never argv,
 * which every user of the machine can read.
 */
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { parse } from 'yaml';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { InterruptedError, UsageError } from './usage-error.ts';

export interface StoreCredentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string;
}

export type Side = 'src' | 'dst';

const Profile = Type.Object(
  {
    access_key: Type.String({ minLength: 1 }), secret_key: Type.String({ minLength: 1 }), security_token: Type.Optional(Type.String()),
    /** Of a Haulier server, for `haulier task`. */
    endpoint: Type.Optional(Type.String({ minLength: 1 })), project_id: Type.Optional(Type.String({ minLength: 1 })),
  },
  { additionalProperties: false },
);
type Profile = Static<typeof Profile>;
const Profiles = Type.Record(Type.String(), Profile);

/** `$HAULIER_PROFILES`, or `haulier/profiles.yaml` in the user's configuration folder. */
export function profileFile(env: NodeJS.ProcessEnv): string {
  return env['HAULIER_PROFILES'] ?? join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'haulier', 'profiles.yaml');
}

/** `HAULIER_SRC_ACCESS_KEY`, `HAULIER_SRC_SECRET_KEY`, `HAULIER_SRC_SECURITY_TOKEN`, and the same with `DST`. */
export function credentialsFromEnv(side: Side, env: NodeJS.ProcessEnv): StoreCredentials | undefined {
  const name = `HAULIER_${side.toUpperCase()}`;
  const accessKey = env[`${name}_ACCESS_KEY`];
  const secretKey = env[`${name}_SECRET_KEY`];
  const securityToken = env[`${name}_SECURITY_TOKEN`];
  if (accessKey === undefined && secretKey === undefined) return undefined;
  if (!accessKey || !secretKey) throw new UsageError(`set both ${name}_ACCESS_KEY and ${name}_SECRET_KEY, or none of them`);
  return { accessKey, secretKey, ...(securityToken ? { securityToken } : {}) };
}

/**
 * @throws UsageError when the file is missing, readable by others, not of the expected shape, or lacks the profile.
 */
export async function credentialsFromProfile(profile: string, file: string): Promise<StoreCredentials> {
  const { access_key: accessKey, secret_key: secretKey, security_token: securityToken } = await readProfile(profile, file);
  return { accessKey, secretKey, ...(securityToken === undefined ? {} : { securityToken }) };
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
    throw new UsageError(`${file}: ${error?.instancePath ?? ''} ${error?.message ?? 'is not a mapping of profiles'}; a profile has access_key, secret_key and, if need be, security_token, endpoint, project_id`);
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
    throw new UsageError(`no credentials for ${what}: set ${name}_ACCESS_KEY and ${name}_SECRET_KEY, name a profile with --${side}-profile, or run in a terminal to be asked`);
  }
  let muted = false;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!muted) process.stderr.write(chunk);
      done();
    },
  });
  const prompt = createInterface({ input: process.stdin, output, terminal: true });
  const closed = new AbortController();
  prompt.once('close', () => closed.abort());
  const ask = (question: string): Promise<string> => prompt.question(question, { signal: closed.signal }).catch((error: unknown) => {
    throw new InterruptedError('no answer', { cause: error });
  });
  try {
    const accessKey = await ask(`Access key for ${what}: `);
    process.stderr.write(`Secret key for ${what} (not shown): `);
    muted = true;
    const secretKey = await ask('');
    process.stderr.write('\n');
    if (accessKey === '' || secretKey === '') throw new UsageError('an access key and a secret key are needed');
    return { accessKey, secretKey };
  } finally {
    prompt.close();
  }
}
