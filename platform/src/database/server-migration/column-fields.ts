/** What columns of server migration are made of. */
import { Type } from 'typebox';
import type { Int64 } from '../../server-migration/server.ts';

/** Beyond 2⁵³ a bigint. */
export const int64 = Type.Union([Type.Number(), Type.BigInt()]);

export const facts = Type.Record(Type.String(), Type.Unknown());

/** A bigint column that was read as text. */
export function int64Of(text: string): Int64 {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

/** For a column that is filtered by: PostgreSQL's text holds no NUL. */
export function searchable(text: string): string {
  return text.replaceAll('\0', '�');
}
