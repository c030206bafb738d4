/** Speed limits by the time of day. */
import type { SpeedWindow } from './server-migration.ts';

const dayMinutes = 24 * 60;

/** Minutes of the day, `to` not included: one stretch, or two around midnight. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Two that touch do not overlap: the documents' own example has one end when the next begins. */
export function windowsOverlap(windows: readonly SpeedWindow[]): boolean {
  const stretches = windows.flatMap(stretchesOf).sort((a, b) => a.from - b.from);
  return stretches.some(({ from }, index) => from < (stretches[index - 1]?.to ?? 0));
}

/** A limit in Mbit/s, and by how many percent it may be exceeded; undefined: by any. */
export interface SpeedLimit {
  readonly speed: number;
  readonly overSpeedThreshold: number | undefined;
}

/**
 * The window that holds at a minute of the day. The minute at which a window ends is its own unless another begins there: `23:59` is
 * how the documents write the end of a day.
 */
export function limitAt(windows: readonly SpeedWindow[], minute: number): SpeedLimit | undefined {
  return windows.find((window) => stretchesOf(window).some(({ from, to }) => from <= minute && minute < to))
    ?? windows.find(({ end }) => minuteOf(end) % dayMinutes === minute);
}

/** Whether a speed in Mbit/s is beyond what the limit tolerates. 0 is no limit. */
export function isOverSpeed({ speed: limit, overSpeedThreshold }: SpeedLimit, speed: number): boolean {
  return limit > 0 && overSpeedThreshold !== undefined && speed > limit * (1 + overSpeedThreshold / 100);
}

/** The minute of the day that a clock shows, whatever stands around its `H:MM`; undefined: there is none. */
export function shownMinute(clock: string): number | undefined {
  const [, hours, minutes] = /(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?!\d)/.exec(clock) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

/** @throws RangeError for what is no time of day: the door lets none of that in. */
export function minuteOf(time: string): number {
  const [, hours, minutes] = /^([01]?\d|2[0-4]):([0-5]\d)$/.exec(time) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  if (hours === undefined || minute > dayMinutes) throw new RangeError(`${time} is no time of day`);
  return minute;
}

function stretchesOf({ start, end }: SpeedWindow): readonly Stretch[] {
  const [from, to] = [minuteOf(start) % dayMinutes, minuteOf(end)];
  return from < to ? [{ from, to }] : [{ from, to: dayMinutes }, { from: 0, to }].filter((stretch) => stretch.from < stretch.to);
}
