/** The error codes of all APIs, for whoever looks one up. */
import * as evs from '../api/evs/error-codes.ts';
import { allCodes, explain, type Explanation as Documented } from '../api/oms/error-catalogue.ts';
import * as sms from '../api/sms/error-codes.ts';

/** `ours` is set where the documents have no code for what happened. */
export interface Explanation extends Documented {
  readonly ours?: true;
}

/** In the order of the documents: OMS word for word, then EVS with the words of its appendix, then SMS in ours. */
const explanations: readonly Explanation[] = [
  ...allCodes().flatMap((code) => explain(code) ?? []),
  ...explained(evs.publishedCodes), ...explained(evs.ourCodes, true), ...explained(sms.publishedCodes), ...explained(sms.ourCodes, true),
];

/** A code without a message says nothing but its status. */
function explained(codes: Readonly<Record<string, { readonly status: number; readonly message?: string }>>, ours?: true): readonly Explanation[] {
  return Object.entries(codes).map(([code, { status, message }]) => ({
    code, statuses: [status], message: message ?? `HTTP status ${status}; the message of the answer says more.`, description: undefined, solution: undefined, outOfDate: false, ...(ours && { ours }),
  }));
}

/** However it is written: `oms.1018` and `OMS1018` are OMS.1018. Undefined for a code that no API has. */
export function explainCode(written: string): Explanation | undefined {
  return explanations.find(({ code }) => bare(code) === bare(written));
}

const mostNear = 5;

/** Codes that somebody may have meant, the likeliest first: those of the same number, then those that are a slip or two away. */
export function nearCodes(written: string): readonly string[] {
  const sought = bare(written);
  const number = digits(sought);
  const distanceOf = (code: string): number => (number !== '' && digits(bare(code)) === number ? 0 : editDistance(bare(code), sought));
  const near = explanations.map(({ code }) => ({ code, distance: distanceOf(code) })).filter(({ distance }) => distance <= 2);
  return near.toSorted((a, b) => a.distance - b.distance).slice(0, mostNear).map(({ code }) => code);
}

/** Every code whose texts have all of these words, in the order of the documents. */
export function searchCodes(words: readonly string[]): readonly Explanation[] {
  const sought = words.map((word) => word.toLowerCase());
  return explanations.filter(({ code, message, description = '', solution = '' }) => {
    const text = [code, message, description, solution].join('\n').toLowerCase();
    return sought.every((word) => text.includes(word));
  });
}

function bare(code: string): string {
  return code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}

function digits(text: string): string {
  return /\d+$/.exec(text)?.[0] ?? '';
}

/** Levenshtein's: how many characters have to be changed, added or left out. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, right] of Array.from(b).entries()) {
      next.push(Math.min((row[j] ?? 0) + (left === right ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
