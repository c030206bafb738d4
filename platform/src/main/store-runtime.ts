import type { StoreObserver } from '../object-store/decorators/metering.ts';
import { LimitersByEndpoint, type ProcessLoad, type StoreRuntime } from '../providers/index.ts';
import { AbsentServers } from '../providers/web/absent-servers.ts';
import { clock, randomness } from './environment.ts';

/** What all stores of this process share. */
export function createStoreRuntime(observer?: StoreObserver): StoreRuntime {
  return {
    clock,
    random: randomness.fraction,
    uniqueName: randomness.id,
    limiters: new LimitersByEndpoint(processLoad()),
    absentServers: new AbsentServers(() => clock.now()),
    ...(observer === undefined ? {} : { observer }),
  };
}

const measureEveryMs = 50;
/** Share of the time that the event loop works. */
const busyFrom = 0.95;

function processLoad(): Required<ProcessLoad> {
  let measured = performance.eventLoopUtilization();
  let measuredAt = performance.now();
  let busy = false;
  return {
    now: () => performance.now(),
    busy() {
      const now = performance.now();
      if (now - measuredAt < measureEveryMs) return busy;
      const current = performance.eventLoopUtilization();
      busy = performance.eventLoopUtilization(current, measured).utilization > busyFrom;
      [measured, measuredAt] = [current, now];
      return busy;
    },
  };
}
