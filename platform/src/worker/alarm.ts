import type { Clock } from '../engine/transfer/transfer.ts';

/** A wait that somebody else can end early. */
export interface Alarm {
  /** Resolves after `ms`, when it rings, or when the signal aborts; at once when it has rung since the last wait. Never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  ring(): void;
}

export function createAlarm(clock: Clock): Alarm {
  let rung = false;
  let current = new AbortController();
  return {
    async wait(ms, signal) {
      if (!rung) {
        current = new AbortController();
        await clock.sleep(ms, AbortSignal.any([signal, current.signal])).catch(() => undefined);
      }
      rung = false;
    },
    ring() {
      rung = true;
      current.abort();
    },
  };
}
