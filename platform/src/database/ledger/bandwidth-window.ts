import type { BandwidthWindow } from '../../object-migration/task.ts';

/**
 * The limit that the windows set at this moment, in bytes per second; undefined where none of them applies. Where
 * several do, the lowest.
 *
 * Windows are in minutes of the zone's wall clock: on days when clocks change, a window in the hour that is skipped does
 * not come, and one in the hour that is repeated comes twice.
 *
 * @param zone an IANA name.
 * @param now milliseconds since the epoch.
 */
export function limitAt(windows: readonly BandwidthWindow[], zone: string, now: number): number | undefined {
  if (windows.length === 0) return undefined;
  const minute = minuteOfDay(zone, now);
  const limits = windows.filter((window) => includes(window, minute)).map((window) => window.bytesPerSecond);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

function includes({ startMinute, endMinute }: BandwidthWindow, minute: number): boolean {
  return startMinute <= endMinute
    ? startMinute <= minute && minute <= endMinute
    : startMinute <= minute || minute <= endMinute;
}

function minuteOfDay(zone: string, now: number): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(now);
  const valueOf = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return valueOf('hour') * 60 + valueOf('minute');
}
