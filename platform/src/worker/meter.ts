/** Bytes per second over the last seconds. */
export interface Meter {
  add(bytes: number): void;
  /** Over the last `windowMs`, or over its whole life while that is shorter. */
  rate(): number;
}

/** Keeps sums of short slots, so that its size does not follow the traffic. */
export function createMeter(now: () => number, windowMs = 5_000, slots = 10): Meter {
  const slotMs = windowMs / slots;
  const began = now();
  const sums = new Map<number, number>();
  const slotAt = (time: number) => Math.floor(time / slotMs);
  return {
    add(bytes) {
      const slot = slotAt(now());
      sums.set(slot, (sums.get(slot) ?? 0) + bytes);
      if (sums.size > slots * 2) forgetBefore(sums, slot - slots);
    },
    rate() {
      const time = now();
      const oldest = slotAt(time) - slots + 1;
      let total = 0;
      for (const [slot, sum] of sums) if (slot >= oldest) total += sum;
      const from = Math.max(began, oldest * slotMs);
      return total === 0 ? 0 : Math.round((total * 1000) / Math.max(time - from, slotMs));
    },
  };
}

function forgetBefore(sums: Map<number, number>, slot: number): void {
  for (const key of sums.keys()) if (key < slot) sums.delete(key);
}
