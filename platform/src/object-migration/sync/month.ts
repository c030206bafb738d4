import type { TimeRange } from './statistics.ts';

/**
 * The calendar month around a time, by the clocks of the zone.
 *
 * @param at milliseconds since the epoch, as the result
 * @param zone an IANA name
 */
export function monthOf(at: number, zone: string): TimeRange {
  const local = new Date(at + offsetAt(at, zone));
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth()];
  return { from: instantOf(Date.UTC(year, month), zone), to: instantOf(Date.UTC(year, month + 1), zone) - 1 };
}

/** When the zone's clocks show what UTC's show at `shown`. */
function instantOf(shown: number, zone: string): number {
  const near = shown - offsetAt(shown, zone);
  return shown - offsetAt(near, zone);
}

/** How far the zone's clocks are ahead of UTC, in milliseconds. */
function offsetAt(at: number, zone: string): number {
  const second = Math.floor(at / 1000) * 1000;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  });
  const shown = new Map(format.formatToParts(second).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - second;
}
