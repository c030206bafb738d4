/** Counts what a migration would move, and finds the keys that will make trouble. */
import { utf8Length } from '@haulier/lib/byte-order/byte-order.ts';
import { detached } from '@haulier/lib/detached/detached.ts';
import type { ListedObject, ObjectStore } from '../../object-store/object-store.ts';
import type { StorageTier } from '../../object-store/storage-tier.ts';
import type { Count } from '../ledger/ledger.ts';
import { isOwnRecord } from '../own-records.ts';
import type { PreflightDeps } from './preflight.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/** Upper ends in bytes, inclusive. */
const sizeClasses = [
  { name: 'empty', upTo: 0 }, { name: 'up to 64 KiB', upTo: 64 * KiB }, { name: 'up to 1 MiB', upTo: MiB }, { name: 'up to 32 MiB', upTo: 32 * MiB },
  { name: 'up to 1 GiB', upTo: GiB }, { name: 'over 1 GiB', upTo: Infinity },
] as const;

/**
 * - `too-long`: longer than the destination takes, with the save prefix.
 * - `too-large`: more bytes than the destination takes for one object.
 * - `path-segments`: `.`, `..`, `//` or a leading `/`: tools and file systems take them for paths.
 * - `control-characters`: cannot be shown, and not every store lists them.
 * - `not-normalised`: the same letters exist as another sequence of code points (Unicode NFC).
 * - `folder-with-content`: ends in `/` and has bytes; a file system cannot have it.
 * - `own-record`: has the form of our own records, and is therefore not migrated.
 */
export type Trouble = 'too-long' | 'too-large' | 'path-segments' | 'control-characters' | 'not-normalised' | 'folder-with-content' | 'own-record';

export interface FoundTrouble {
  readonly trouble: Trouble;
  readonly objects: number;
  /** The first few keys. */
  readonly examples: readonly string[];
}

export interface SurveyResult extends Count {
  readonly bySize: readonly (Count & { readonly size: string })[];
  /** Largest number of objects first; a class that the listing does not tell is ''. */
  readonly byStorageClass: readonly (Count & { readonly storageClass: string })[];
  /** In a class that cannot be read before a restore. */
  readonly archived: Count;
  /** Not modified after the plan's time: they will be skipped. */
  readonly older: Count;
  /** Named, and could not be looked at. */
  readonly unreadable: number;
  readonly troubles: readonly FoundTrouble[];
}

const examplesOfEach = 5;
const mostFirst = 7;

export class Survey {
  readonly #deps: Pick<PreflightDeps, 'plan' | 'destination' | 'storageClasses'>;
  readonly #mostBytes: number;
  readonly #bySize = sizeClasses.map(({ name, upTo }) => ({ size: name, upTo, objects: 0, bytes: 0 }));
  readonly #byClass = new Map<string, { objects: number; bytes: number }>();
  readonly #troubles = new Map<Trouble, { objects: number; readonly examples: string[] }>();
  readonly #archived = { objects: 0, bytes: 0 };
  readonly #older = { objects: 0, bytes: 0 };
  readonly #first: ListedObject[] = [];
  #largest: ListedObject | undefined;
  #unreadable = 0;
  objects = 0;
  bytes = 0;

  constructor(deps: Pick<PreflightDeps, 'plan' | 'destination' | 'storageClasses'>) {
    this.#deps = deps;
    this.#mostBytes = mostBytesOf(deps.destination);
  }

  /** Readable objects to measure the source with: the first few, and the largest, since small ones do not show how fast bytes come. */
  get samples(): readonly ListedObject[] {
    const largest = this.#largest;
    return largest === undefined ? this.#first : [...this.#first.filter(({ key }) => key !== largest.key), largest];
  }

  /** @param name its key in the destination, before the save prefix */
  add(object: ListedObject, name: string): void {
    const { plan, storageClasses } = this.#deps;
    if (isOwnRecord(object.key)) {
      this.#note('own-record', object.key);
      return;
    }
    const size = Math.max(0, object.size);
    if (plan.migrateSince !== undefined && object.lastModified > 0 && object.lastModified <= plan.migrateSince) {
      addTo(this.#older, size);
      return;
    }
    this.objects++;
    this.bytes += size;
    const class_ = this.#bySize.find(({ upTo }) => size <= upTo);
    if (class_ !== undefined) addTo(class_, size);
    const tier = this.#countClass(object.storageClass ?? '', size, storageClasses);
    if (tier === 'archive' || tier === 'deep-archive') addTo(this.#archived, size);
    else this.#sample(object);
    this.#inspect(name, object, size);
  }

  addUnreadable(objects: number): void {
    this.#unreadable += objects;
  }

  result(): SurveyResult {
    const classes = [...this.#byClass].map(([storageClass, count]) => ({ storageClass, ...count }));
    return {
      objects: this.objects,
      bytes: this.bytes,
      bySize: this.#bySize.map(({ size, objects, bytes }) => ({ size, objects, bytes })),
      byStorageClass: classes.sort((a, b) => b.objects - a.objects),
      archived: { ...this.#archived },
      older: { ...this.#older },
      unreadable: this.#unreadable,
      troubles: [...this.#troubles].map(([trouble, found]) => ({ trouble, ...found })),
    };
  }

  #countClass(name: string, size: number, tiers: Readonly<Record<string, StorageTier>>): StorageTier | undefined {
    let count = this.#byClass.get(name);
    if (count === undefined) this.#byClass.set(detached(name), (count = { objects: 0, bytes: 0 }));
    addTo(count, size);
    return tiers[name];
  }

  #sample(object: ListedObject): void {
    if (this.#first.length < mostFirst) this.#first.push(ownCopy(object));
    if (this.#largest === undefined || object.size > this.#largest.size) this.#largest = ownCopy(object);
  }

  #inspect(name: string, { key }: ListedObject, size: number): void {
    const { plan, destination } = this.#deps;
    if (utf8Length(plan.savePrefix + name) > destination.traits.maxKeyBytes) this.#note('too-long', key);
    if (size > this.#mostBytes) this.#note('too-large', key);
    if (/(^|\/)(\.{1,2})?\/|(^|\/)\.{1,2}$/.test(name)) this.#note('path-segments', key);
    if (/\p{Cc}/u.test(name)) this.#note('control-characters', key);
    if (/[^\0-\u02ff]/.test(name) && name.normalize('NFC') !== name) this.#note('not-normalised', key);
    if (name.endsWith('/') && size > 0) this.#note('folder-with-content', key);
  }

  #note(trouble: Trouble, key: string): void {
    let found = this.#troubles.get(trouble);
    if (found === undefined) this.#troubles.set(trouble, (found = { objects: 0, examples: [] }));
    found.objects++;
    if (found.examples.length < examplesOfEach) found.examples.push(detached(key));
  }
}

function mostBytesOf({ traits, multipart }: ObjectStore): number {
  return multipart === undefined ? traits.maxWriteBytes : Math.max(traits.maxWriteBytes, multipart.maxParts * multipart.maxPartBytes);
}

function addTo(count: { objects: number; bytes: number }, bytes: number): void {
  count.objects++;
  count.bytes += bytes;
}

/** A page's text is not held for a sample. */
function ownCopy({ key, size, lastModified }: ListedObject): ListedObject {
  return { key: detached(key), size, lastModified };
}
