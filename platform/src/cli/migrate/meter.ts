import type { Count, Tally } from '../../engine/ledger/ledger.ts';
import type { ProgressView } from '../progress-view.ts';

const windowMs = 5000;

/** Turns bytes and counters into what the view shows; the rate is that of the last five seconds. */
export class Meter {
  readonly #view: ProgressView | undefined;
  readonly #warnings: NodeJS.WritableStream;
  readonly #started = performance.now();
  #moved = 0;
  #window: { readonly at: number; readonly moved: number }[] = [];
  #warned = false;

  constructor(view: ProgressView | undefined, warnings: NodeJS.WritableStream) {
    this.#view = view;
    this.#warnings = warnings;
  }

  bytes(count: number): void {
    this.#moved += count;
  }

  /** Says once that the lists of outcomes cannot be written. */
  recordFailed(failure: string): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#warnings.write(`haulier: lists of outcomes cannot be written into the destination (${failure}); the migration goes on without them\n`);
  }

  show({ succeeded, skipped, failed }: Tally, total: Count | undefined): void {
    const now = performance.now();
    const objects = succeeded.objects + skipped.objects + failed.objects;
    const bytes = succeeded.bytes + skipped.bytes + failed.bytes;
    const rate = this.#rate(now);
    this.#view?.update({ objects, bytes, total, failed: failed.objects, rate, secondsLeft: total === undefined ? undefined : this.#secondsLeft({ objects, bytes }, total, rate, now) });
  }

  #rate(now: number): number {
    this.#window = [...this.#window.filter(({ at }) => now - at < windowMs), { at: now, moved: this.#moved }];
    const first = this.#window[0];
    return first === undefined || now <= first.at ? 0 : ((this.#moved - first.moved) / (now - first.at)) * 1000;
  }

  /** By bytes while bytes move, by objects while they do not. */
  #secondsLeft(done: Count, total: Count, rate: number, now: number): number | undefined {
    if (rate > 0) return Math.max(0, total.bytes - done.bytes) / rate;
    if (done.objects === 0) return undefined;
    return ((now - this.#started) / 1000) * (Math.max(0, total.objects - done.objects) / done.objects);
  }
}
