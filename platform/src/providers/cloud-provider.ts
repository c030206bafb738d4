/** What each folder of a cloud exports: everything the rest of the product needs to know of that cloud. */
import type { StoreCredentials } from '../object-store/credentials.ts';
import type { ObjectAccount } from '../object-store/object-account.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import type { StorageTier } from '../object-store/storage-tier.ts';
import type { RegionEntry } from './region-catalogue.ts';
import type { AbsentServers } from './web/absent-servers.ts';

/** What the process lends to a provider. */
export interface ProviderRuntime {
  readonly clock: { now(): number };
  /** A new name at each call, of letters, digits and dashes, unique over all processes. */
  uniqueName(): string;
  /** What is known of the servers that URLs lead to. */
  readonly absentServers?: AbsentServers | undefined;
  /** The address of a host name, in place of the system's resolver; where tests have a store of their own under a cloud's name. */
  readonly resolve?: (hostname: string) => string;
}

export interface AccountOptions {
  /** Absent for Local and URLSource, which know none. */
  readonly credentials: StoreCredentials | undefined;
  /** Tencent's APPID, which is part of its bucket names. */
  readonly appId?: string | undefined;
  readonly runtime: ProviderRuntime;
}

export interface BucketOptions extends AccountOptions {
  readonly bucket: string;
  /** The one who reads pays. */
  readonly requesterPays?: boolean;
}

/** One cloud. Opening sends no request; it throws StoreFailure `bad-credentials` or `unsupported` for what it cannot use. */
export interface CloudProvider {
  openStore(entry: RegionEntry, options: BucketOptions): ObjectStore;
  /** Absent where there is no account to look at. */
  readonly openAccount?: (entry: RegionEntry, options: AccountOptions) => ObjectAccount;
  /** The cloud's names of its storage classes, as listings show them. A class that is not here is not known. */
  readonly storageClasses: Readonly<Record<string, StorageTier>>;
  /** What the cloud takes as the class of a new object; undefined where it has none of that tier. */
  readonly classOf: (tier: StorageTier) => string | undefined;
  /** Encryption of written objects with the cloud's key service. */
  readonly kms: boolean;
  readonly requesterPays: boolean;
}
