import { describe, expect, test } from 'vitest';
import { limitAt } from './bandwidth-window.ts';

const at = (hhmm: string) => Number(hhmm.slice(0, 2)) * 60 + Number(hhmm.slice(3));
const window = (start: string, end: string, bytesPerSecond = 1) => ({ startMinute: at(start), endMinute: at(end), bytesPerSecond });

describe('in UTC', () => {
  test.each([
    { windows: [], time: '12:00:00', limit: undefined },
    { windows: [window('08:00', '18:00')], time: '07:59:59.999', limit: undefined },
    { windows: [window('08:00', '18:00')], time: '08:00:00', limit: 1 },
    { windows: [window('08:00', '18:00')], time: '18:00:59.999', limit: 1 },
    { windows: [window('08:00', '18:00')], time: '18:01:00', limit: undefined },
    { windows: [window('00:00', '23:59')], time: '23:59:59', limit: 1 },
    { windows: [window('00:00', '23:59')], time: '00:00:00', limit: 1 },
    { windows: [window('22:00', '06:00')], time: '21:59:59', limit: undefined },
    { windows: [window('22:00', '06:00')], time: '23:30:00', limit: 1 },
    { windows: [window('22:00', '06:00')], time: '00:00:00', limit: 1 },
    { windows: [window('22:00', '06:00')], time: '06:00:30', limit: 1 },
    { windows: [window('22:00', '06:00')], time: '06:01:00', limit: undefined },
    { windows: [window('07:30', '07:30')], time: '07:30:30', limit: 1 },
    { windows: [window('08:00', '11:59', 5), window('12:00', '17:00', 7)], time: '11:59:30', limit: 5 },
    { windows: [window('08:00', '11:59', 5), window('12:00', '17:00', 7)], time: '12:00:00', limit: 7 },
    { windows: [window('08:00', '12:00', 5), window('10:00', '17:00', 3)], time: '11:00:00', limit: 3 },
  ])('$time → $limit', ({ windows, time, limit }) => {
    expect(limitAt(windows, 'UTC', Date.parse(`2024-05-06T${time}Z`))).toBe(limit);
  });
});

describe('in local time', () => {
  const night = [window('02:00', '02:59', 9)];
  test.each([
    { zone: 'Asia/Shanghai', utc: '2024-05-05T18:30:00Z', limit: 9, why: '02:30 there' },
    { zone: 'Asia/Kolkata', utc: '2024-05-05T20:59:00Z', limit: 9, why: '02:29, a zone off by half an hour' },
    { zone: 'America/New_York', utc: '2024-01-15T07:30:00Z', limit: 9, why: '02:30 in winter' },
    { zone: 'America/New_York', utc: '2024-07-15T07:30:00Z', limit: undefined, why: '03:30 in summer' },
    { zone: 'America/New_York', utc: '2024-07-15T06:30:00Z', limit: 9, why: '02:30 in summer' },
    { zone: 'Europe/Berlin', utc: '2024-03-31T00:59:59Z', limit: undefined, why: '01:59:59, before the hour that is skipped' },
    { zone: 'Europe/Berlin', utc: '2024-03-31T01:00:00Z', limit: undefined, why: '03:00, after the hour that is skipped' },
    { zone: 'Europe/Berlin', utc: '2024-10-27T00:30:00Z', limit: 9, why: '02:30 for the first time' },
    { zone: 'Europe/Berlin', utc: '2024-10-27T01:30:00Z', limit: 9, why: '02:30 for the second time' },
    { zone: 'Europe/Berlin', utc: '2024-10-27T02:00:00Z', limit: undefined, why: '03:00' },
  ])('$zone: $why', ({ zone, utc, limit }) => {
    expect(limitAt(night, zone, Date.parse(utc))).toBe(limit);
  });
});
