import { expect, test } from 'vitest';
import { childText, parseXml } from './xml.ts';

const key = (written: string): string | undefined => childText(parseXml(`<?xml version="1.0" encoding="UTF-8"?>\n<R><Key>${written}</Key></R>`), 'Key');

test.each([
  ['a control character as a reference', 'bell&#x7;', 'bell\u0007'],
  ['a control character as it is', 'bell\u0007\u007f\u009f', 'bell\u0007\u007f\u009f'],
  ['what no XML allows', '\uffff\ufffe', '\uffff\ufffe'],
  ['the line ends of XML 1.1 as they are', 'a\u0085b\u2028c', 'a\u0085b\u2028c'],
  ['those beside a reference', '\u0085&#x7;&#13;', '\u0085\u0007\r'],
  ['those in a section', '<![CDATA[a\u2028&b]]>', 'a\u2028&b'],
  ['an astral character', '\u{1f4a9}&#x1F4A9;', '\u{1f4a9}\u{1f4a9}'],
  ['blanks and markup', ' &lt;a&gt; &amp;amp; ', ' <a> &amp; '],
])('reads %s', (_, written, read) => {
  expect(key(written)).toBe(read);
});

test.each([['NUL', 'a\0b'], ['a reference to nothing', '&#xFFFFFF;'], ['an unknown entity', '&nbsp;'], ['an open element', '<Open>']])('refuses %s', (_, written) => {
  expect(() => key(written)).toThrow();
});
