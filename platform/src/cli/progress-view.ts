/** The progress of a migration on a terminal: a bar that is redrawn, or a line now and then where there is no terminal. */
import { Presets, SingleBar } from 'cli-progress';
import { formatBytes, formatDuration } from './units.ts';

export interface Progress {
  readonly objects: number;
  readonly bytes: number;
  /** Undefined until everything has been counted. */
  readonly total: { readonly objects: number; readonly bytes: number } | undefined;
  readonly failed: number;
  /** Bytes per second over the last seconds. */
  readonly rate: number;
  readonly secondsLeft: number | undefined;
}

export interface ProgressView {
  update(progress: Progress): void;
  /** Leaves the last state on the screen. */
  stop(): void;
}

/** `1,234 of 5,678 objects · 1.2 GiB of 3.4 GiB · 56.7 MiB/s · 0:42 left · 3 failed` */
export function describeProgress(progress: Progress): string {
  const { total } = progress;
  const of = (done: string, all: string | undefined): string => (all === undefined ? done : `${done} of ${all}`);
  return [
    `${of(progress.objects.toLocaleString('en'), total?.objects.toLocaleString('en'))} objects`,
    of(formatBytes(progress.bytes), total === undefined ? undefined : formatBytes(total.bytes)),
    `${formatBytes(Math.round(progress.rate))}/s`,
    total === undefined ? 'counting' : `${formatDuration(progress.secondsLeft)} left`,
    ...(progress.failed > 0 ? [`${progress.failed.toLocaleString('en')} failed`] : []),
  ].join(' · ');
}

/** Share done by bytes and objects together, so that neither a million empty objects nor one huge one stands still. */
export function shareDone({ objects, bytes, total }: Progress): number {
  if (total === undefined) return 0;
  const byObjects = total.objects === 0 ? 1 : objects / total.objects;
  const byBytes = total.bytes === 0 ? byObjects : bytes / total.bytes;
  return Math.min(1, (byObjects + byBytes) / 2);
}

export function openProgressView(stream: NodeJS.WriteStream, now: () => number): ProgressView {
  return stream.isTTY ? openBar(stream) : openLines(stream, now);
}

function openBar(stream: NodeJS.WriteStream): ProgressView {
  const bar = new SingleBar({ format: '{bar} {share} · {text}', stream, barsize: 24, hideCursor: true, fps: 8 }, Presets.shades_classic);
  bar.start(1000, 0, { share: '  0%', text: 'starting' });
  return {
    update(progress) {
      const share = shareDone(progress);
      bar.update(Math.floor(share * 1000), { share: `${Math.floor(share * 100)}%`.padStart(4), text: describeProgress(progress) });
    },
    stop() {
      bar.stop();
    },
  };
}

const lineEveryMs = 10_000;

function openLines(stream: NodeJS.WriteStream, now: () => number): ProgressView {
  let last = now();
  return {
    update(progress) {
      if (now() - last < lineEveryMs) return;
      last = now();
      stream.write(`${describeProgress(progress)}\n`);
    },
    stop() {},
  };
}
