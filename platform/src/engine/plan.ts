/** What one migration is to do. Parsed once at the door of the API or the command line; the engine trusts it. */
export interface MigrationPlan {
  /** Names the folder of our records in the destination: `oms/<recordName>/`. */
  readonly recordName: string;
  /** `task-` and digits, by which one task's lists are told from those of the others that share the folder. */
  readonly recordPart?: string | undefined;
  readonly selection: Selection;
  /** Put before each source key to form the destination key. May be empty. */
  readonly savePrefix: string;
  /** What to do when the destination has an object of that key (object_overwrite_mode, section 5.2.3). */
  readonly overwrite: OverwriteMode;
  /** How a copied object is checked (consistency_check, section 5.2.3). */
  readonly check: CheckMode;
  /** Only objects modified after this time (milliseconds since the epoch) are migrated; the rest is skipped. */
  readonly migrateSince: number | undefined;
  /** False: of the metadata only Content-Type and Content-Encoding travel. */
  readonly carryMetadata: boolean;
  /** Whether lists of failed objects are written into the destination. */
  readonly recordFailures: boolean;
  readonly storageClass: StorageClassRule;
  /** Archived objects are made readable for so many days and then copied; undefined: they fail. */
  readonly restoreDays: number | undefined;
  readonly encryption: { readonly kind: 'kms'; readonly keyId?: string } | undefined;
}

/** Names are the destination's own, but for the keys of `mapped`, which are those of the source's listings. */
export type StorageClassRule =
  | { readonly kind: 'default' }
  | { readonly kind: 'fixed'; readonly name: string }
  /** A class that is not among the keys, or none, becomes the destination's default. */
  | { readonly kind: 'mapped'; readonly names: Readonly<Record<string, string>> };

/**
 * - `never`: an object that is there is kept.
 * - `size-or-time`: overwritten when sizes differ or the source is newer.
 * - `crc64`: overwritten when the CRC64-ECMA of both differ; `size-or-time` when one of them has none.
 * - `always`: overwritten.
 */
export type OverwriteMode = 'never' | 'size-or-time' | 'crc64' | 'always';

/** `none` is for HTTP sources that tell no length: a completed download counts as success. */
export type CheckMode = 'size-and-time' | 'crc64' | 'none';

export type Selection =
  /** Single objects, and folders where the name ends in `/`. */
  | { readonly kind: 'names'; readonly names: readonly string[] }
  /** Everything whose key starts with one of these; `['']` is the whole bucket. */
  | { readonly kind: 'prefixes'; readonly prefixes: readonly string[] }
  /** Keys that start with `prefix`, after `after` (exclusive) up to `until` (inclusive), in byte order: a part of a task group. */
  | { readonly kind: 'interval'; readonly prefix: string; readonly after?: string; readonly until?: string }
  /** One key a line, in an object of the destination's account. */
  | { readonly kind: 'list-file'; readonly bucket: string; readonly key: string }
  /** `URL` or `URL<TAB>key` a line, in an object of the destination's account. */
  | { readonly kind: 'url-list'; readonly bucket: string; readonly key: string };

/** A selection whose keys are listed, or looked at by name: all but those by list. */
export type KeySelection = Extract<Selection, { readonly kind: 'names' | 'prefixes' | 'interval' }>;
