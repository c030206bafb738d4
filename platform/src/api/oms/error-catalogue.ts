/**
 * The error codes of the OMS API reference, word for word: section 6.2 and, where that has gaps, section 6.3.
 * The document's line breaks inside words are mended; its slips of language are kept.
 */
import { omsErrors } from './error-catalogue/oms-errors.ts';
import { outOfDateErrors } from './error-catalogue/out-of-date-errors.ts';
import { s3mErrors } from './error-catalogue/s3m-errors.ts';
import { trfErrors } from './error-catalogue/trf-errors.ts';

export interface DocumentedError {
  readonly code: string;
  /** Of the answer that carries it; 200 for what a task's own answer shows as its error_reason. */
  readonly status: number;
  readonly message: string;
  readonly description: string;
  readonly solution: string;
}

export interface OutOfDateError {
  readonly code: string;
  readonly message: string;
}

/** Section 6.2 in the order of its families. OMS.0095 is in it twice: with 400 and with 403. */
export const documentedErrors = [...omsErrors, ...s3mErrors, ...trfErrors] as const;

type CurrentCode = (typeof documentedErrors)[number]['code'];
export type DocumentedCode = CurrentCode | (typeof outOfDateErrors)[number]['code'];

/** What the documents say about a code, for people. `outOfDate` is set where only section 6.3 has it. */
export interface Explanation {
  readonly code: string;
  readonly statuses: readonly number[];
  readonly message: string;
  readonly description: string | undefined;
  readonly solution: string | undefined;
  readonly outOfDate: boolean;
}

/** Each code once, in the order of the documents. */
export function allCodes(): readonly string[] {
  return [...new Set([...documentedErrors, ...outOfDateErrors].map(({ code }) => code))];
}

/** Undefined for a code that the documents do not have. */
export function explain(code: string): Explanation | undefined {
  const rows = documentedErrors.filter((row) => row.code === code);
  const [first] = rows;
  if (first !== undefined) {
    const { message, description, solution } = first;
    return { code, statuses: rows.map((row) => row.status), message, description, solution, outOfDate: false };
  }
  const old = outOfDateErrors.find((row) => row.code === code);
  return old && { code, statuses: [], message: old.message, description: undefined, solution: undefined, outOfDate: true };
}

/** Section 6.3 says only "4xx or 5xx"; a request that breaks one of its rules is a bad request. */
const statusOfOutOfDate = 400;

/** The first status and the message of a documented code; section 6.2 stands above section 6.3. */
export function documented(code: DocumentedCode): { readonly code: DocumentedCode; readonly status: number; readonly message: string } {
  const row = documentedErrors.find((candidate) => candidate.code === code);
  if (row !== undefined) return { code, status: row.status, message: row.message };
  const old = outOfDateErrors.find((candidate) => candidate.code === code);
  if (old === undefined) throw new Error(`${code} is not in the catalogue.`);
  return { code, status: statusOfOutOfDate, message: old.message };
}
