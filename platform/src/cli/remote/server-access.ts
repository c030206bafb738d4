/** Which server `haulier task` speaks to, and as whom. */
import type { Command } from 'commander';
import type { SigningKey } from '@haulier/lib/sdk-hmac-sha256/sign-request.ts';
import { profileFile, readProfile } from '../credentials.ts';
import { UsageError } from '../usage-error.ts';

export interface ServerAccess {
  readonly endpoint: URL;
  readonly key: SigningKey;
  /** Undefined: the only project of the user. */
  readonly project: ProjectRef | undefined;
}

export type ProjectRef = { readonly kind: 'id'; readonly id: string } | { readonly kind: 'name'; readonly name: string };

export interface AccessFlags {
  readonly profile?: string;
  readonly endpoint?: string;
  readonly project?: string;
}

export function addAccessOptions(command: Command): Command {
  return command
    .option('--profile <name>', 'profile with endpoint, access_key, secret_key and, if need be, project_id (default: $HAULIER_PROFILE)')
    .option('--endpoint <url>', 'address of the server (default: $HAULIER_ENDPOINT, then http://127.0.0.1:8642)')
    .option('--project <project>', 'name or ID of a project (default: $HAULIER_PROJECT_ID, then the only one)');
}

export const accessHelp = `
The server's address and keys come from a profile in $HAULIER_PROFILES (default ~/.config/haulier/profiles.yaml), or from
HAULIER_ENDPOINT, HAULIER_ACCESS_KEY, HAULIER_SECRET_KEY, HAULIER_SECURITY_TOKEN and HAULIER_PROJECT_ID; the environment
wins over the profile. Keys are never taken from the command line, which every user of the machine can read.`;

/** @throws UsageError when something is missing. */
export async function findServer(flags: AccessFlags, env: NodeJS.ProcessEnv): Promise<ServerAccess> {
  const name = flags.profile ?? nonEmpty(env['HAULIER_PROFILE']);
  const profile = name === undefined ? undefined : await readProfile(name, profileFile(env));
  const accessKey = nonEmpty(env['HAULIER_ACCESS_KEY']) ?? profile?.access_key;
  const secretKey = nonEmpty(env['HAULIER_SECRET_KEY']) ?? profile?.secret_key;
  if (accessKey === undefined || secretKey === undefined) throw new UsageError('no keys for the server: set HAULIER_ACCESS_KEY and HAULIER_SECRET_KEY, or name a profile with --profile');
  const securityToken = nonEmpty(env['HAULIER_SECURITY_TOKEN']) ?? profile?.security_token;
  return {
    endpoint: parseEndpoint(flags.endpoint ?? nonEmpty(env['HAULIER_ENDPOINT']) ?? profile?.endpoint ?? 'http://127.0.0.1:8642'),
    key: { accessKey, secretKey, ...(securityToken === undefined ? {} : { securityToken }) },
    project: flags.project === undefined ? projectById(nonEmpty(env['HAULIER_PROJECT_ID']) ?? profile?.project_id) : projectOf(flags.project),
  };
}

function projectById(id: string | undefined): ProjectRef | undefined {
  return id === undefined ? undefined : { kind: 'id', id };
}

/** Ids are 32 hex digits. */
function projectOf(text: string): ProjectRef {
  return /^[0-9a-f]{32}$/.test(text) ? { kind: 'id', id: text } : { kind: 'name', name: text };
}

function parseEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new UsageError(`endpoint: expected http://host:port or https://host:port, not "${text}"`);
  return url;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
