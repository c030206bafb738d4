import { HttpError } from './http-error.ts';

/** The status line and header section of an answer. */
export interface ResponseHead {
  readonly status: number;
  /** The peer speaks HTTP/1.0: it keeps no connection unless it says so. */
  readonly http10: boolean;
  /** Name, value, name, value …; names in lower case, values as Latin-1 without surrounding blanks. */
  readonly headers: readonly string[];
}

const SPACE = 0x20;
const TAB = 0x09;
const ZERO = 0x30;

/**
 * Parses a head without its final empty line.
 * Folded lines, lines without a colon and blanks around a name are refused: two readers would disagree about them.
 */
export function parseResponseHead(text: string): ResponseHead {
  const headers: string[] = [];
  let lineEnd = text.indexOf('\r\n');
  const status = parseStatus(text, lineEnd < 0 ? text.length : lineEnd);
  while (lineEnd >= 0) {
    const start = lineEnd + 2;
    lineEnd = text.indexOf('\r\n', start);
    pushHeader(headers, text, start, lineEnd < 0 ? text.length : lineEnd);
  }
  return { status, http10: text.charCodeAt(7) === ZERO, headers };
}

/** The value of a header by its lower-case name; several lines of one name are joined with `, ` (RFC 9110, 5.3). */
export function headerOf(headers: readonly string[], name: string): string | undefined {
  let found: string | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== name) continue;
    found = found === undefined ? headers[i + 1] : `${found}, ${headers[i + 1] ?? ''}`;
  }
  return found;
}

/** Whether the peer takes another request on this connection (RFC 9112, 9.3). */
export function keepsConnection(head: ResponseHead): boolean {
  const connection = headerOf(head.headers, 'connection')?.toLowerCase();
  return head.http10 ? connection === 'keep-alive' : connection !== 'close';
}

function parseStatus(text: string, end: number): number {
  const known = text.startsWith('HTTP/1.1 ') || text.startsWith('HTTP/1.0 ');
  const separated = end === 12 || text.charCodeAt(12) === SPACE;
  const digits = text.slice(9, 12);
  if (!known || !separated || !/^[1-9]\d\d$/.test(digits)) throw new HttpError('protocol', 'not an HTTP/1.1 status line');
  return Number(digits);
}

function pushHeader(headers: string[], text: string, start: number, end: number): void {
  const colon = text.indexOf(':', start);
  const folded = text.charCodeAt(start) <= SPACE;
  if (colon <= start || colon >= end || folded || text.charCodeAt(colon - 1) <= SPACE) {
    throw new HttpError('protocol', 'a malformed header line');
  }
  let first = colon + 1;
  let last = end;
  while (first < last && isBlank(text.charCodeAt(first))) first++;
  while (last > first && isBlank(text.charCodeAt(last - 1))) last--;
  headers.push(text.slice(start, colon).toLowerCase(), text.slice(first, last));
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
