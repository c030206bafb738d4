/** Fields of the SMS tables: the description of each is what an error of it says. */
import { Type, type TProperties, type TSchema } from 'typebox';
import { Int64 } from '../int64.ts';

/** The limit of most texts. */
const usual = 255;

export function text(what: string, maxLength = usual, minLength = 0) {
  const length = minLength === 0 ? `at most ${maxLength}` : `${minLength} to ${maxLength}`;
  return Type.String({ maxLength, ...(minLength === 0 ? {} : { minLength }), description: `${what}, text of ${length} characters` });
}

/** Java writes a char that was never set as NUL, as the example of the update shows: there it counts as absent. */
export function textOrUnset(what: string) {
  return Type.String({ maxLength: usual, description: `${what}, text of at most ${usual} characters`, 'x-nul-is-absent': true });
}

/** @param absent what an absent one counts as */
export function flag(what: string, absent?: boolean) {
  return Type.Boolean({ description: `${what}, true or false`, ...byDefault(absent) });
}

/** @param absent what an absent one counts as */
export function whole(what: string, maximum = 2_147_483_647, absent?: number) {
  return Type.Integer({ minimum: 0, maximum, description: `${what}, a whole number from 0 to ${maximum}`, ...byDefault(absent) });
}

/** The documents' Long, with all its digits. */
export function long(what: string) {
  return Int64(`${what}, a whole number from 0 to 9223372036854775807`);
}

/** The documents' Double. */
export function decimal(what: string, maximum = 10_000) {
  return Type.Number({ minimum: 0, maximum, description: `${what}, a number from 0 to ${maximum}` });
}

/** The documents disagree about upper and lower case: both are read, and what is listed here is meant. @param absent what an absent one counts as */
export function oneOf<const Values extends string[]>(what: string, values: readonly [...Values], absent?: Values[number]) {
  return Type.Enum(values, { description: `${what}, one of ${values.join(', ')}`, 'x-any-case': true, ...byDefault(absent) });
}

function byDefault(absent: boolean | number | string | undefined): { readonly default?: boolean | number | string } {
  return absent === undefined ? {} : { default: absent };
}

export function listOf<T extends TSchema>(what: string, item: T, maxItems?: number) {
  return Type.Array(item, { description: `a list of ${what}${maxItems === undefined ? '' : `, at most ${maxItems}`}`, ...(maxItems === undefined ? {} : { maxItems }) });
}

export function record<T extends TProperties>(what: string, fields: T) {
  return Type.Object(fields, { description: `${what}, an object` });
}

export const optional = Type.Optional;

/** In answers: what is not known is null. */
export function orNull<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

/** In answers: what was judged when it came and goes out as it came, or null. */
export function asKept(schema: TSchema) {
  return Type.Unsafe<unknown>(Type.Union([schema, Type.Null()]));
}
