import { describe, expect, it } from 'vitest';
import { monthOf } from './month.ts';

const iso = (time: number) => new Date(time).toISOString();

describe('the month around a time', () => {
  it.each([
    ['UTC', '2026-11-21T12:00:00.000Z', '2026-11-01T00:00:00.000Z', '2026-11-30T23:59:59.999Z'],
    ['UTC', '2026-12-31T23:59:59.999Z', '2026-12-01T00:00:00.000Z', '2026-12-31T23:59:59.999Z'],
    ['UTC', '2027-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z', '2027-01-31T23:59:59.999Z'],
    ['Asia/Shanghai', '2026-10-31T16:00:00.000Z', '2026-10-31T16:00:00.000Z', '2026-11-30T15:59:59.999Z'],
    ['Asia/Shanghai', '2026-10-31T15:59:59.999Z', '2026-09-30T16:00:00.000Z', '2026-10-31T15:59:59.999Z'],
    ['Europe/Berlin', '2026-10-25T12:00:00.000Z', '2026-09-30T22:00:00.000Z', '2026-10-31T22:59:59.999Z'],
    ['America/New_York', '2026-03-15T00:00:00.000Z', '2026-03-01T05:00:00.000Z', '2026-04-01T03:59:59.999Z'],
    ['Asia/Kolkata', '2026-02-10T00:00:00.000Z', '2026-01-31T18:30:00.000Z', '2026-02-28T18:29:59.999Z'],
    ['UTC', '1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z', '1970-01-31T23:59:59.999Z'],
  ])('in %s around %s', (zone, at, from, to) => {
    const month = monthOf(Date.parse(at), zone);
    expect([iso(month.from), iso(month.to)]).toEqual([from, to]);
  });
});
