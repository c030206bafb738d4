import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpeedWindow } from './server-migration.ts';
import { isOverSpeed, limitAt, minuteOf, shownMinute, windowsOverlap } from './speed-windows.ts';

const window = (start: string, end: string, speed = 10): SpeedWindow => ({ start, end, speed, overSpeedThreshold: undefined });

describe('speed windows', () => {
  it.each<[string, readonly SpeedWindow[], boolean]>([
    ['none', [], false],
    ["the documents' example", [window('0:00', '8:00', 20), window('8:00', '15:00', 50), window('15:00', '23:59', 25)], false],
    ['up to midnight', [window('0:00', '8:00'), window('15:00', '24:00')], false],
    ['touching at midnight', [window('22:00', '0:00'), window('0:00', '6:00')], false],
    ['one minute in both', [window('08:00', '12:01'), window('12:00', '13:00')], true],
    ['one in another', [window('08:00', '18:00'), window('12:00', '13:00')], true],
    ['across midnight', [window('22:00', '06:00'), window('05:59', '07:00')], true],
    ['across midnight, before it', [window('22:00', '06:00'), window('21:00', '22:01')], true],
    ['two across midnight', [window('22:00', '06:00'), window('23:00', '01:00')], true],
    ['the same twice', [window('08:00', '12:00'), window('08:00', '12:00')], true],
    ['a whole day beside anything', [window('12:00', '12:00'), window('03:00', '03:01')], true],
  ])('%s', (_, windows, overlap) => {
    expect(windowsOverlap(windows)).toBe(overlap);
    expect(windowsOverlap(windows.toReversed())).toBe(overlap);
  });

  it.each<[string, number | undefined]>([
    ['00:00', 20], ['07:59', 20], ['08:00', 50], ['14:59', 50], ['15:00', 25], ['23:58', 25], ['23:59', 25],
  ])("hold in the documents' example at %s", (time, speed) => {
    const windows = [window('0:00', '8:00', 20), window('8:00', '15:00', 50), window('15:00', '23:59', 25)];
    expect(limitAt(windows, minuteOf(time))?.speed).toBe(speed);
  });

  it('hold across midnight and nowhere else', () => {
    const windows = [window('22:00', '06:00')];
    expect(['21:59', '22:00', '00:00', '06:00', '06:01'].map((time) => limitAt(windows, minuteOf(time))?.speed)).toEqual([undefined, 10, 10, 10, undefined]);
  });

  it('never hold two at a minute unless they overlap', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    const text = (at: number) => `${Math.floor(at / 60)}:${String(at % 60).padStart(2, '0')}`;
    fc.assert(fc.property(fc.array(fc.tuple(minute, minute), { maxLength: 5 }), (pairs) => {
      const windows = pairs.map(([from, to]) => window(text(from), text(to)));
      const covered = pairs.reduce((sum, [from, to]) => sum + (from < to ? to - from : 1440 - from + to), 0);
      const minutes = new Set(pairs.flatMap(([from, to]) => Array.from({ length: from < to ? to - from : 1440 - from + to }, (_, step) => (from + step) % 1440)));
      expect(windowsOverlap(windows)).toBe(minutes.size < covered);
      for (const at of minutes) expect(limitAt(windows, at)).toBeDefined();
    }));
  });
});

describe('an excess', () => {
  it.each<[number, number | undefined, number, boolean]>([
    [100, 10, 110, false], [100, 10, 110.1, true], [100, undefined, 5000, false], [0, 10, 5000, false], [100, 0, 100.5, true],
  ])('of %s Mbit/s by more than %s %%: %s is %s', (speed, overSpeedThreshold, told, over) => {
    expect(isOverSpeed({ speed, overSpeedThreshold }, told)).toBe(over);
  });
});

describe("an agent's clock", () => {
  it.each<[string, number | undefined]>([
    ['2026-11-21 08:05:59', 485], ['2026-11-21T23:59:00+08:00', 1439], ['7:30', 450], ['1763712000000', undefined], ['', undefined], ['99:99', undefined],
  ])('%s', (clock, minute) => {
    expect(shownMinute(clock)).toBe(minute);
  });

  it.each(['24:01', '25:00', '8:5', '', '8', '-1:00', '08:00:00'])('a window at %s is refused', (time) => {
    expect(() => minuteOf(time)).toThrow(RangeError);
  });
});
