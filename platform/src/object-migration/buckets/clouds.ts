/** The port to the clouds, for questions about buckets that no task is about. */
import type { CdnAccess } from '../../object-store/cdn.ts';
import type { ObjectAccount } from '../../object-store/object-account.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import type { StorePlace } from '../stores.ts';
import type { CloudType, NodeCredentials } from '../task.ts';

export interface KnownRegion {
  readonly cloud: CloudType;
  readonly region: string;
  /** For people. */
  readonly description: string;
}

export interface Clouds {
  /** Every region of the catalogue that can be migrated from or to, in the catalogue's order. */
  regions(): readonly KnownRegion[];
  /** Asked where a question names no region; undefined where the catalogue has none of that cloud. */
  defaultRegion(cloud: CloudType): string | undefined;
  /** Sends no request. Throws StoreFailure (`unsupported`, `bad-credentials`). */
  openStore(place: StorePlace, credentials: NodeCredentials): ObjectStore;
  /** As {@link openStore}, of an account seen from one region. */
  openAccount(place: Omit<StorePlace, 'bucket'>, credentials: NodeCredentials): ObjectAccount;
  /** What a CDN has of a bucket: `stat` asks the CDN alone. As {@link openStore}. */
  openCdn(access: CdnAccess, bucket: string, credentials: NodeCredentials): ObjectStore;
  /** Whether a line of a list of URLs leads anywhere that could be asked. */
  isUrl(text: string): boolean;
}
