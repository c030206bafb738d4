/**
 * Which version of an object an answer shows, as one opaque text in the place of an ETag.
 *
 * A strong ETag stands for itself, without its quotes. Elsewhere the token is made of what there is: a weak ETag, which
 * names no exact bytes, and the modification time. It begins with `W/` and holds a blank or a quote, as no strong one does.
 */
import { headerLine } from '@haulier/lib/http/exchange.ts';

const STRONG = /^"([^"\s]*)"$/;
const PLAIN = /^(?!W\/)[^"\s]+$/;

interface Answer {
  header(name: string): string | undefined;
}

/** Undefined when nothing of the answer tells one version from another. */
export function versionOf(answer: Answer): string | undefined {
  const etag = answer.header('etag');
  const strong = STRONG.exec(etag ?? '')?.[1];
  if (strong !== undefined && PLAIN.test(strong)) return strong;
  const modified = answer.header('last-modified');
  if (etag === undefined && modified === undefined) return undefined;
  return `W/ ${[etag, modified].filter((part) => part !== undefined).join(' ')}`;
}

/** Header lines by which a server that can refuses to answer with another version; the answer has to be compared all the same. */
export function conditionOn(version: string): string {
  if (PLAIN.test(version)) return headerLine('if-match', `"${version}"`);
  const modified = /(\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT)$/.exec(version)?.[1];
  return modified === undefined ? '' : headerLine('if-unmodified-since', modified);
}
