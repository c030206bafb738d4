/**
 * Text in header values. HTTP carries bytes; S3 documents US-ASCII for user metadata, with RFC 2047 encoded words for
 * everything else, and some stores hand back the raw UTF-8 that a client once sent.
 */

const PLAIN = /^(?! )[\x20-\x7e]*(?<! )$/;
const ENCODED_WORD = /=\?([A-Za-z0-9_-]+)(?:\*[A-Za-z-]+)?\?([BbQq])\?([^?\s]*)\?=/g;
/** An encoded word is at most 75 characters long (RFC 2047, section 2). */
const WORD_BYTES = 45;

/** ASCII that stands in a header for this text; as it is wherever that reads back as the same. */
export function encodeHeaderText(text: string): string {
  if (PLAIN.test(text) && !text.includes('=?')) return text;
  const words: string[] = [];
  let word = '';
  for (const char of text) {
    if (Buffer.byteLength(word + char) > WORD_BYTES) {
      words.push(word);
      word = '';
    }
    word += char;
  }
  words.push(word);
  return words.map((part) => `=?UTF-8?B?${Buffer.from(part, 'utf8').toString('base64')}?=`).join(' ');
}

/** `raw` has a character for each byte received. Undecodable words stay as they are. */
export function decodeHeaderText(raw: string): string {
  if (/[\x80-\xff]/.test(raw)) return utf8OrLatin1(Buffer.from(raw, 'latin1'));
  if (!raw.includes('=?')) return raw;
  // Blanks between two encoded words only separate them (RFC 2047, section 6.2).
  return raw.replace(/(\?=)[ \t]+(?==\?)/g, '$1').replace(ENCODED_WORD, decodeWord);
}

function decodeWord(word: string, charset: string, encoding: string, text: string): string {
  const bytes = encoding.toUpperCase() === 'B' ? Buffer.from(text, 'base64') : quotedBytes(text);
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return word;
  }
}

function quotedBytes(text: string): Buffer {
  const unquoted = text.replaceAll('_', ' ').replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(unquoted, 'latin1');
}

function utf8OrLatin1(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
