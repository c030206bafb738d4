/** JSON that Haulier wrote itself, in a column or in a sealed text, and reads again: believed only when it fits its schema. */
import { Compile } from 'typebox/compile';
import type { Static, TSchema } from 'typebox';
import { parseWrittenJson, stringifyExactJson } from '../exact-json/exact-json.ts';
import { placesOf, readablePlace } from '../schema-problems/schema-problems.ts';

export interface KeptJson<T> {
  /** Every digit of its integers; a field that is undefined is left out. */
  readonly write: (value: T) => string;
  /** @param row where the text was found, for people. Throws {@link UnreadableJson}. */
  readonly read: (text: string, row: string) => T;
  /** As {@link read}, for what has been parsed. */
  readonly judge: (value: unknown, row: string) => T;
}

/** What is kept is not what is written there. Never shows any of it. */
export class UnreadableJson extends Error {
  override readonly name = 'UnreadableJson';
  constructor(what: string, row: string, problem: string) {
    super(`${what} of ${row} cannot be read: ${problem}. It was changed by hand or written by another version of Haulier: restore it from a backup, or start that version.`);
  }
}

/**
 * A schema's values as they are read: what may be absent is undefined then, and nothing is changed in place. Both ways of
 * {@link keptJson} are of this type, so that a type and its schema cannot part without the compiler saying so.
 */
export type Kept<T> =
  T extends string | number | bigint | boolean | null | undefined ? T
  : T extends readonly (infer Item)[] ? readonly Kept<Item>[]
  : T extends object ? { readonly [Key in keyof T]-?: string extends Key ? Kept<T[Key]> : object extends Pick<T, Key> ? Kept<T[Key]> | undefined : Kept<T[Key]> }
  : T;

/** Fields that the schema does not know are kept. @param what is read, for people: `table.column` */
export function keptJson<const T extends TSchema>(what: string, schema: T): KeptJson<Kept<Static<T>>> {
  const compiled = Compile(schema);
  const fits = (value: unknown): value is Kept<Static<T>> => compiled.Check(value);
  const judge = (value: unknown, row: string): Kept<Static<T>> => {
    if (fits(value)) return value;
    const [error] = compiled.Errors(value);
    const [place = []] = error === undefined ? [] : placesOf(error);
    throw new UnreadableJson(what, row, `${place.length === 0 ? 'it' : readablePlace(place)} ${error?.keyword === 'required' ? 'is missing' : error?.message ?? 'is something else'}`);
  };
  return { write: stringifyExactJson, judge, read: (text, row) => judge(parsed(what, text, row), row) };
}

/** Without the parser's own words, which would repeat some of the text. */
function parsed(what: string, text: string, row: string): unknown {
  try {
    return parseWrittenJson(text);
  } catch {
    throw new UnreadableJson(what, row, 'it is not JSON');
  }
}
