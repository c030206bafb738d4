import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsThatFit, onScreen, type Column } from './screen.ts';

describe('on a screen', () => {
  it('is all that fits', () => {
    expect(onScreen('a\nb\n', { columns: 80, rows: 24 })).toBe('a\nb\n');
  });

  it('lines are cut, and the sum stays when there are too many of them', () => {
    const text = `${Array.from({ length: 50 }, (_, line) => `line ${line} of many`).join('\n')}\n50 of 300\n`;
    expect(onScreen(text, { columns: 10, rows: 6 })).toBe('line 0 of…\nline 1 of…\nline 2 of…\n… 47 more…\n50 of 300\n');
  });

  it('nothing scrolls and nothing wraps, whatever its size', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.integer({ min: 1, max: 200 }), fc.integer({ min: 4, max: 60 }), (lines, columns, rows) => {
      const shown = onScreen(lines.map((line) => `${line.replaceAll(/[\n\r]/g, '')}\n`).join(''), { columns, rows }).split('\n');
      expect(shown.length).toBeLessThanOrEqual(rows);
      for (const line of shown) expect(Array.from(new Intl.Segmenter().segment(line)).length).toBeLessThanOrEqual(columns);
    }));
  });
});

describe('a table that is wider than the terminal', () => {
  const columns: readonly Column[] = [
    { heading: 'ID', cells: ['x'.repeat(36), 'y'.repeat(36)], leave: 2 }, { heading: 'NAME', cells: ['web-1', 'a very long name of a server'], shrink: true },
    { heading: 'STATE', cells: ['error', 'replicate'] }, { heading: 'SYSTEM', cells: ['UBUNTU_24_4_64BIT', ''], leave: 1 },
  ];
  const headings = (width: number | undefined) => columnsThatFit(columns, width).map(({ heading }) => heading);

  it('loses what is needed least, and then the ends of names', () => {
    expect(columnsThatFit(columns, undefined)).toEqual(columns);
    expect(headings(200)).toEqual(['ID', 'NAME', 'STATE', 'SYSTEM']);
    expect(headings(80)).toEqual(['ID', 'NAME', 'STATE']);
    expect(columnsThatFit(columns, 75)).toEqual([columns[0], { ...columns[1], cells: ['web-1', 'a very long name of a ser…'] }, columns[2]]);
    expect(headings(60)).toEqual(['NAME', 'STATE']);
    expect(columnsThatFit(columns, 30)).toEqual([{ ...columns[1], cells: ['web-1', 'a very long name o…'] }, columns[2]]);
    expect(columnsThatFit(columns, 5)[0]?.cells).toEqual(['web-1', 'a very…']);
  });
});
