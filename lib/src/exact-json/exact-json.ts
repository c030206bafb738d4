/** JSON whose integers keep every digit. */

declare global {
  interface JSON {
    /** ES2026: a value that `stringify` writes as the JSON text it was made from. */
    rawJSON(text: string): object;
  }
}

/** Numbers longer than this many digits are refused as integers: no field of the API has room for them. */
const maxExponent = 40;

/** Far deeper than any document, and far from where those who walk through a value by recursion run out of stack. */
const maxDepth = 200;

/**
 * Parses UTF-8 JSON. An integer beyond 2⁵³ comes as a bigint; a number that a double cannot hold exactly as the
 * integer it looks like comes as NaN, so that it fails as an integer instead of being rounded.
 * Throws SyntaxError for anything that is not JSON, and for what is nested deeper than 200 objects and lists.
 */
export function parseExactJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError('The body is not UTF-8.', { cause });
  }
  if (isTooDeep(text)) throw new SyntaxError('The body is nested too deep.');
  return parseWrittenJson(text);
}

/** Of what is not JSON, anything. */
function isTooDeep(text: string): boolean {
  if (text.length <= 2 * maxDepth) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charAt(at)) {
      case '"': at = endOfString(text, at); break;
      case '[': case '{':
        depth += 1;
        if (depth > maxDepth) return true;
        break;
      case ']': case '}': depth -= 1; break;
    }
  }
  return false;
}

/** Where the string that begins at `from` ends; the text's end where it does not. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end !== -1; end = text.indexOf('"', end + 1)) if (!isEscaped(text, end)) return end;
  return text.length;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

/**
 * Parses what {@link stringifyExactJson} wrote, which is not nested deep, as {@link parseExactJson} does: ten times quicker where no
 * number looks as if `JSON.parse` alone might read it otherwise.
 */
export function parseWrittenJson(text: string): unknown {
  return inexact.test(text) ? JSON.parse(text, reviveExactly) : JSON.parse(text);
}

/** 16 digits or more, an exponent, or -0. */
const inexact = /(?:\d\.?){16}|[\d.][eE][+-]?\d+\s*(?:[,}\]]|$)|-0(?:\.0*)?\s*(?:[,}\]]|$)/;

function reviveExactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  const exact = exactInteger(context.source);
  if (exact === undefined) return Number.isInteger(value) || !Number.isFinite(value) ? NaN : value;
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

/** The integer that a JSON number denotes, however it is written (`5e7`, `1.0`); undefined when it is none. */
function exactInteger(source: string): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const significant = fraction.replace(/0+$/, '');
  const shift = Number(exponent) - significant.length;
  const digits = (whole + significant).replace(/^0+/, '');
  if (digits === '') return 0n;
  if (digits.length > maxExponent || Math.abs(shift) > maxExponent) return undefined;
  const magnitude = shift >= 0 ? BigInt(digits) * 10n ** BigInt(shift) : exactQuotient(digits, -shift);
  return magnitude === undefined || sign === '' ? magnitude : -magnitude;
}

function exactQuotient(digits: string, zeros: number): bigint | undefined {
  if (!digits.endsWith('0'.repeat(zeros))) return undefined;
  return BigInt(digits.slice(0, -zeros));
}

/** Writes a bigint as a JSON number with all its digits; otherwise as `JSON.stringify` does. */
export function stringifyExactJson(value: object): string {
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? JSON.rawJSON(each.toString()) : each));
}
