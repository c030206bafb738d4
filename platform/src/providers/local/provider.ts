import { fileURLToPath } from 'node:url';
import { StoreFailure } from '../../object-store/failure.ts';
import type { CloudProvider } from '../cloud-provider.ts';
import { createLocalAccount } from './local-account.ts';
import { createLocalStore } from './local-store.ts';

/** Folders of the host as buckets. */
export const local: CloudProvider = {
  openStore(entry, { bucket, requesterPays, runtime }) {
    if (requesterPays === true) throw new StoreFailure('unsupported', 'Local has no requester pays');
    return createLocalStore({ root: fileURLToPath(entry.endpoint), bucket, uniqueName: () => runtime.uniqueName() });
  },
  openAccount: (entry, { runtime }) => createLocalAccount({ root: fileURLToPath(entry.endpoint), region: entry.region, uniqueName: () => runtime.uniqueName() }),
  storageClasses: {},
  classOf: () => undefined,
  kms: false,
  requesterPays: false,
};
