import { expect, it } from 'vitest';
import { printable } from './printable.ts';

it.each([
  ['web-1 ä 服务器 🖥', 'web-1 ä 服务器 🖥'], ['\u001b[2Jgone', '␛[2Jgone'], ['two\nlines\ttab\0', 'two␊lines␉tab␀'], ['\u009b31m\u007f', '�31m�'], ['exe\u202egpj.\u2066', 'exe�gpj.�'],
])('%j is shown as %s', (text, shown) => {
  expect(printable(text)).toBe(shown);
});
