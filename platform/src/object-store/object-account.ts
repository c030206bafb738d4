/** The port to what a credential sees of a cloud beyond one bucket. Throws as an ObjectStore does. */
export interface ListedBucket {
  readonly name: string;
  /** As the region catalogue names it, where the cloud tells with the list. */
  readonly region?: string | undefined;
}

export interface ObjectAccount {
  /** All buckets of the account, in the cloud's order. */
  listBuckets(signal: AbortSignal): Promise<readonly ListedBucket[]>;
  /** The region of a bucket as the region catalogue names it; fails as `no-bucket` or `denied` as the cloud says. */
  regionOf(bucket: string, signal: AbortSignal): Promise<string>;
  /** Ends idle connections. */
  close(): Promise<void>;
}
