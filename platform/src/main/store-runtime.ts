import type { StoreObserver } from '../object-store/decorators/metering.ts';
import { LimitersByEndpoint, type StoreRuntime } from '../providers/index.ts';
import { clock, randomness } from './environment.ts';

/** What all stores of this process share. */
export function createStoreRuntime(observer?: StoreObserver): StoreRuntime {
  return {
    clock,
    random: randomness.fraction,
    uniqueName: randomness.id,
    limiters: new LimitersByEndpoint(),
    ...(observer === undefined ? {} : { observer }),
  };
}
