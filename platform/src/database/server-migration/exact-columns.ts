/** Columns whose values keep every digit. */
import { parseWrittenJson, stringifyExactJson } from '@haulier/lib/exact-json/exact-json.ts';
import type { EnvironmentCheck, Facts, Inspected, Int64, Registration } from '../../server-migration/server.ts';

/** What an agent told of its server, and the name that it goes by here. */
export interface SourceTold extends Pick<Registration, 'name' | 'ip' | 'ipv6' | 'hostname' | 'osType' | 'osVersion' | 'agentVersion' | 'oemSystem' | 'startType' | 'facts'> {
  /** The agent's own name for it: a person may have given it another. */
  readonly toldName: string;
}

export const toldColumn = exactColumn<SourceTold>();
export const inspectedColumn = exactColumn<Inspected>();
export const checksColumn = exactColumn<readonly EnvironmentCheck[]>();
export const planColumn = exactColumn<Facts>();

/** What is undefined when written is absent when read. */
function exactColumn<T extends object>(): { readonly write: (value: T) => string; readonly read: (text: string) => T } {
  return { write: stringifyExactJson, read: (text) => parseWrittenJson(text) as T };
}

/** A bigint column that was read as text. */
export function int64Of(text: string): Int64 {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

/** For a column that is filtered by: PostgreSQL's text holds no NUL. */
export function searchable(text: string): string {
  return text.replaceAll('\0', '�');
}
