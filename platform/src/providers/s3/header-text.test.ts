import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeHeaderText, encodeHeaderText } from './header-text.ts';

describe('text in a header', () => {
  test('comes back as it was, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      const encoded = encodeHeaderText(text);
      expect(encoded).toMatch(/^[\x20-\x7e]*$/);
      expect(encoded.trim()).toBe(encoded);
      expect(decodeHeaderText(encoded)).toBe(text);
    }));
  });

  test('stays readable where it is plain', () => {
    expect(encodeHeaderText('plain text; a=b')).toBe('plain text; a=b');
  });

  test.each([
    ['=?UTF-8?B?c2Now7Zu?=', 'schön'],
    ['=?UTF-8?Q?sch=C3=B6n?=', 'schön'],
    ['=?iso-8859-1?q?sch=F6n_und?=', 'schön und'],
    ['a =?UTF-8?B?w7Y=?= =?UTF-8?B?w7w=?= b', 'a öü b'],
    ['=?UTF-8?B?/w==?=', '=?UTF-8?B?/w==?='],
    ['=?no-such-charset?B?w7Y=?=', '=?no-such-charset?B?w7Y=?='],
    ['raw UTF-8: \xc3\xb6', 'raw UTF-8: ö'],
    ['raw Latin-1: \xf6', 'raw Latin-1: ö'],
  ])('%j is read as %j', (raw, text) => {
    expect(decodeHeaderText(raw)).toBe(text);
  });

  test('is cut into words of at most 75 characters', () => {
    for (const word of encodeHeaderText('ö🎈'.repeat(100)).split(' ')) expect(word.length).toBeLessThanOrEqual(75);
  });
});
