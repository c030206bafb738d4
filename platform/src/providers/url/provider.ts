import type { CloudProvider } from '../cloud-provider.ts';
import { createUrlStore } from './url-store.ts';

/** Web servers. URLs say themselves where they lead; what a region's entry says means nothing to them. */
export const url: CloudProvider = {
  openStore: (_, { runtime }) => createUrlStore({ now: () => runtime.clock.now(), absent: runtime.absentServers }),
  storageClasses: {},
  classOf: () => undefined,
  kms: false,
  requesterPays: false,
};
