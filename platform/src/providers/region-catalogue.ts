/** Where each cloud's regions are. Built-in public endpoints plus the user's own; nothing outside it is ever guessed. */
export interface RegionEntry {
  /** The cloud type of the documents (`AWS`, `HEC`, …) or `Local`. */
  readonly cloud: string;
  readonly region: string;
  /** `https://host[:port]`, or for Local an absolute folder as `file:///…`. */
  readonly endpoint: string;
  readonly addressing: 'path' | 'virtual-host';
  /** Amazon's fourth or second; `native`: the cloud's own protocol, where it has one beside S3's. */
  readonly signature: 'v4' | 'v2' | 'native';
  /** Region name used in the signature when it differs from `region`. */
  readonly signingRegion?: string;
  /** Version of ListObjects; 1 for stores without the second, such as OBS parallel file systems. Default 2. */
  readonly listVersion?: 1 | 2;
  /** The key of its key service that objects are encrypted with (enable_kms). Default: the key service's own choice, which some stores do not make. */
  readonly kmsKeyId?: string;
  /** PEM file of a private CA that this endpoint's certificate is checked against. */
  readonly caFile?: string;
  /** For people, e.g. `EU (Ireland)`. */
  readonly description?: string;
}

export interface RegionCatalogue {
  find(cloud: string, region: string): RegionEntry | undefined;
  /** Asked where no region is named: the first of the user's own regions of that cloud, else the first public one. */
  defaultOf(cloud: string): RegionEntry | undefined;
  all(): readonly RegionEntry[];
}
