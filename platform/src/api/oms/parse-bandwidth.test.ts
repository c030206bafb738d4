import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overTheWire, verdict } from './fixtures/broken.ts';
import { bandwidthExample } from './fixtures/requests.ts';
import { parseBandwidthUpdate } from './parse-change.ts';
import { toBandwidthPolicy } from './to-wire.ts';

const parse = (rules: unknown) => parseBandwidthUpdate(overTheWire({ bandwidth_policy: rules }));
const rule = (start: string, end: string, bandwidth: unknown = 50_000_000) => ({ start, end, max_bandwidth: bandwidth });
const disjoint = ['00', '01', '02', '03', '04', '05'].map((hour) => rule(`${hour}:00`, `${hour}:59`));

describe('bandwidth_policy', () => {
  it('reads the document’s example', () => {
    expect(parseBandwidthUpdate(overTheWire(bandwidthExample))).toEqual([{ startMinute: 1, endMinute: 1439, bytesPerSecond: 50_000_000 }]);
  });

  it.each<[string, unknown[]]>([
    ['none, which takes the rules away', []],
    ['five', disjoint.slice(0, 5)],
    ['neighbours', [rule('08:00', '11:59'), rule('12:00', '13:00')]],
    ['over midnight', [rule('22:00', '06:00'), rule('06:01', '21:59')]],
    ['one minute', [rule('10:00', '10:00')]],
    ['the least and the most', [rule('00:00', '00:59', 1_048_576), rule('01:00', '01:59', 209_715_200)]],
  ])('accepts %s', (_what, rules) => {
    expect(parse(rules)).toHaveLength(rules.length);
  });

  const range = { code: 'OMS.0084', message: 'The maximum traffic value is out of the range. Change the maximum traffic value. Refer to OMS API Reference for details.' };
  const time = { code: 'OMS.0087', message: 'Invalid values for time segments. Modify the time segments.' };
  const overlap = { code: 'OMS.0085', message: 'The time segments are overlapped. Ensure that time segments do not overlap.' };
  const tooMany = { code: 'OMS.0083', message: 'The number of traffic limit rules exceeds the maximum. Change the number of traffic limit rules. Refer to OMS API Reference for details.' };
  const missing = { code: 'OMS.1004', message: 'Some required parameters are missing. Ensure that all required parameters are included.' };
  const wrongType = { code: 'OMS.1002', message: 'Invalid parameter type. Use a valid parameter type as described in OMS API Reference.' };

  it.each<[string, unknown, object]>([
    ['none at all', undefined, missing],
    ['null', null, missing],
    ['something else', 'fast', wrongType],
    ['six', disjoint, tooMany],
    ['a rule that is none', ['00:00-23:59'], wrongType],
    ['no end', [{ start: '00:00', max_bandwidth: 2_000_000 }], missing],
    ['no start', [{ end: '00:00', max_bandwidth: 2_000_000 }], missing],
    ['no max_bandwidth', [{ start: '00:00', end: '00:00' }], missing],
    ['less than 1 MB/s', [rule('00:00', '01:00', 1_048_575)], range],
    ['more than 200 MB/s', [rule('00:00', '01:00', 209_715_201)], range],
    ['0', [rule('00:00', '01:00', 0)], range],
    ['a Long beyond a double', [rule('00:00', '01:00', 2n ** 63n)], range],
    ['a fraction', [rule('00:00', '01:00', 2_000_000.5)], wrongType],
    ['a number in quotes', [rule('00:00', '01:00', '2000000')], wrongType],
    ['24:00', [rule('00:00', '24:00')], time],
    ['one digit of hours', [rule('9:00', '10:00')], time],
    ['60 minutes', [rule('09:60', '10:00')], time],
    ['seconds', [rule('09:00:00', '10:00')], time],
    ['an empty time', [rule('', '10:00')], time],
    ['a minute shared at the end', [rule('08:00', '12:00'), rule('12:00', '13:00')], overlap],
    ['one inside the other', [rule('00:00', '23:59'), rule('12:00', '12:00')], overlap],
    ['one over midnight and one before dawn', [rule('22:00', '06:00'), rule('05:00', '05:30')], overlap],
    ['one twice', [rule('01:00', '02:00'), rule('01:00', '02:00')], overlap],
  ])('refuses %s', (_what, rules, expected) => {
    expect(verdict(() => parse(rules))).toMatchObject({ ...expected, status: 400 });
  });

  it('judges a rule in the order end, max_bandwidth, start', () => {
    expect(verdict(() => parse([rule('x', 'x', 1)]))).toMatchObject({ code: 'OMS.0087', parameter: 'bandwidth_policy[0].end' });
    expect(verdict(() => parse([rule('x', '01:00', 1)]))).toMatchObject({ code: 'OMS.0084', parameter: 'bandwidth_policy[0].max_bandwidth' });
    expect(verdict(() => parse([rule('x', '01:00')]))).toMatchObject({ code: 'OMS.0087', parameter: 'bandwidth_policy[0].start' });
  });

  it('finds an overlap exactly where two rules share a minute', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    const windows = fc.array(fc.record({ startMinute: minute, endMinute: minute, bytesPerSecond: fc.constant(2_000_000) }), { minLength: 2, maxLength: 5 });
    fc.assert(fc.property(windows, (chosen) => {
      const found = verdict(() => parse(chosen.map(toBandwidthPolicy)));
      const shared = Array.from({ length: 1440 }, (_, at) => chosen.filter((window) => covers(window, at)).length).some((count) => count > 1);
      expect(found?.code).toBe(shared ? 'OMS.0085' : undefined);
    }));
  });

  it('shows what it read', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    fc.assert(fc.property(minute, minute, fc.integer({ min: 1_048_576, max: 209_715_200 }), (startMinute, endMinute, bytesPerSecond) => {
      const window = { startMinute, endMinute, bytesPerSecond };
      expect(parse([toBandwidthPolicy(window)])).toEqual([window]);
    }));
  });
});

function covers({ startMinute, endMinute }: { readonly startMinute: number; readonly endMinute: number }, minute: number): boolean {
  return startMinute <= endMinute ? minute >= startMinute && minute <= endMinute : minute >= startMinute || minute <= endMinute;
}
