/** URLs as their users wrote them: the path goes over the wire as it stands, since a parser would collapse and re-encode it. */
import { StoreFailure } from '../../object-store/failure.ts';

export interface WebAddress {
  /** `https://host[:port]`, without the scheme's own port. */
  readonly origin: string;
  /** Path and query, ready for the request line. */
  readonly target: string;
  /** For messages: without the query, which may carry a signature. */
  readonly shown: string;
}

const URL_PARTS = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/is;
const AUTHORITY = /^(?:\[[0-9a-f:.]+\]|[^\s\\@:[\]%]+)(?::\d{1,5})?$/iu;
const CONTROL = /[\0-\x1f\x7f]/;

/**
 * The address that a URL means.
 *
 * @throws StoreFailure `bad-key` for what is no http or https URL, and for one with a user name, a password or a fragment in it.
 */
export function addressOfUrl(url: string): WebAddress {
  return parse(url, (what) => new StoreFailure('bad-key', what));
}

/**
 * Where an answer with this Location leads (RFC 9110, section 10.2.2).
 *
 * @param location has a character for each byte received.
 * @throws StoreFailure `protocol` for what is not followed.
 */
export function redirected(from: WebAddress, location: string): WebAddress {
  const refused = (what: string): StoreFailure => new StoreFailure('protocol', `${from.shown} redirects to where nobody follows: ${what}`);
  const wire = location.replace(/[\x80-\xff]/g, percentByte).replace(/#.*$/s, '');
  const to = parse(absolute(from, wire, refused), refused);
  if (from.origin.startsWith('https:') && to.origin.startsWith('http:')) throw refused(`from https to ${to.shown}`);
  return to;
}

function parse(text: string, refused: (what: string) => StoreFailure): WebAddress {
  const [, scheme = '', authority = '', path = '', query = '', fragment] = URL_PARTS.exec(text) ?? [];
  const protocol = scheme.toLowerCase();
  if (protocol !== 'http' && protocol !== 'https') throw refused('not an http or https URL');
  if (authority.includes('@')) throw refused('a URL with a user name or password in it');
  if (fragment !== undefined) throw refused('a URL with a fragment; a # in a path is written %23');
  if (CONTROL.test(text)) throw refused('a URL with a control character');
  const origin = originOf(protocol, authority);
  if (origin === undefined) throw refused('a URL without a valid host');
  const sent = encoded(path === '' ? '/' : path);
  return { origin, target: sent + encoded(query), shown: origin + sent };
}

function originOf(protocol: string, authority: string): string | undefined {
  if (!AUTHORITY.test(authority)) return undefined;
  try {
    return new URL(`${protocol}://${authority}`).origin;
  } catch {
    return undefined;
  }
}

/** What cannot stand in a request line, percent-encoded; everything else as it is, `%` included. */
function encoded(text: string): string {
  return text.replace(/[^\x21-\x7e]+/gu, (run) => Array.from(Buffer.from(run), (byte) => percent(byte)).join(''));
}

function percentByte(character: string): string {
  return percent(character.charCodeAt(0));
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

function absolute(from: WebAddress, location: string, refused: (what: string) => StoreFailure): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(location)) return location;
  if (location.startsWith('//')) return from.origin.slice(0, from.origin.indexOf(':') + 1) + location;
  if (location.startsWith('/')) return from.origin + location;
  try {
    return new URL(location, from.origin + from.target).href;
  } catch {
    throw refused('an address that is none');
  }
}
