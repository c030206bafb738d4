/** What all commands that ask a server share. Results go to standard output, everything else to standard error. */
import { stringifyExactJson } from '@haulier/lib/exact-json/exact-json.ts';
import { Type } from 'typebox';
import { openClient, openGlobalClient, type ApiClient, type GlobalClient } from './api-client.ts';
import { findServer, type AccessFlags } from './server-access.ts';

export interface Printing extends AccessFlags {
  readonly json?: true;
}

/** For answers that say nothing. */
export const nothing = Type.Unknown();

export async function connect(flags: AccessFlags): Promise<ApiClient> {
  return openClient(await findServer(flags, process.env), Date.now);
}

/** Whatever projects the user has. */
export async function connectGlobally(flags: AccessFlags): Promise<GlobalClient> {
  return openGlobalClient(await findServer(flags, process.env), Date.now);
}

export function print(flags: Printing, answer: object, text: () => string): void {
  process.stdout.write(flags.json === true ? `${stringifyExactJson(answer)}\n` : text());
}
