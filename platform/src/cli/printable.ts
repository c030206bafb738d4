/** Text that somebody else has chosen, as a terminal may see it. */

/** Control characters, and those that turn the direction of writing. */
const unprintable = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Agents name their servers, and a terminal obeys what it is sent: `\x1b` reads as `␛`, the rest of them as `�`. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
  });
}
