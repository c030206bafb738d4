/** The stores of a task: which places they are, and the port that opens them. */
import type { CdnAccess } from '../object-store/cdn.ts';
import { isFailure } from '../object-store/failure.ts';
import type { StoreFailure } from '../object-store/failure.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import type { StorageTier } from '../object-store/storage-tier.ts';
import type { FailureSide } from './failure-codes.ts';
import type { CloudType, DestinationNode, NewTask, NodeCredentials, SourceNode, TaskCredentials } from './task.ts';
import { MigrationRefusal } from './task.ts';

/** A bucket of a cloud, before anybody's credentials. */
export interface StorePlace {
  readonly cloud: CloudType;
  /** Of the catalogue; empty for URLSource. */
  readonly region: string;
  readonly bucket: string;
  readonly appId: string | undefined;
}

/** What a place can do beyond plain objects; an option that nothing here bears out is refused. */
export interface PlaceAbilities {
  /** Encryption of written objects with the store's key service. */
  readonly kms: boolean;
  readonly requesterPays: boolean;
  /** The tier of each of the store's own storage classes, as its listings name them. */
  readonly storageClasses: Readonly<Record<string, StorageTier>>;
  /** The store's own name for new objects of this tier, undefined where it has none. */
  readonly classOf: (tier: StorageTier) => string | undefined;
}

export interface OpenPlaceOptions {
  readonly requesterPays: boolean;
  /** Objects are read through it. */
  readonly cdn?: CdnAccess | undefined;
}

export interface Stores {
  /** Whether the catalogue knows the region of that cloud. */
  knows(cloud: CloudType, region: string): boolean;
  abilities(place: StorePlace): PlaceAbilities;
  /** Throws StoreFailure (`unsupported`) for a cloud that has no provider. Sends no request. Credentials are absent for URLSource. */
  open(place: StorePlace, credentials: NodeCredentials | undefined, options: OpenPlaceOptions): Promise<ObjectStore> | ObjectStore;
}

export function sourcePlace(source: SourceNode): StorePlace {
  return { cloud: source.cloud, region: source.region, bucket: source.bucket, appId: source.appId };
}

/**
 * The destination of the documents is their own cloud, known by its region alone; a region that only this project's own
 * cloud type has is a folder of the host.
 */
export function destinationPlace(stores: Pick<Stores, 'knows'>, destination: DestinationNode): StorePlace {
  const cloud = !stores.knows('HEC', destination.region) && stores.knows('Local', destination.region) ? 'Local' : 'HEC';
  return { cloud, region: destination.region, bucket: destination.bucket, appId: undefined };
}

/** Throws the refusal of a region that the catalogue does not have. */
export function checkRegions(stores: Pick<Stores, 'knows'>, source: SourceNode, destination: DestinationNode): void {
  if (source.selection.kind !== 'url-list' && !stores.knows(source.cloud, source.region)) {
    throw new MigrationRefusal({ kind: 'unknown-region', side: 'source', region: source.region });
  }
  const place = destinationPlace(stores, destination);
  if (!stores.knows(place.cloud, place.region)) throw new MigrationRefusal({ kind: 'unknown-region', side: 'destination', region: place.region });
}

/** One of a task's stores could not be opened, for a reason that the store's provider gave. */
export class OpenFailure extends Error {
  override readonly name = 'OpenFailure';
  readonly side: FailureSide;
  readonly failure: StoreFailure;

  constructor(side: FailureSide, failure: StoreFailure) {
    super(failure.message, { cause: failure });
    this.side = side;
    this.failure = failure;
  }
}

export interface TaskStores {
  readonly source: ObjectStore;
  readonly destination: ObjectStore;
  /** The bucket of the list file, where the selection is one. */
  readonly listFiles: ObjectStore | undefined;
  close(): Promise<void>;
}

/** Opens what the task needs; no request is sent yet. Throws {@link OpenFailure}. */
export async function openTaskStores(stores: Stores, task: Pick<NewTask, 'source' | 'destination' | 'options'>, credentials: TaskCredentials): Promise<TaskStores> {
  const opened: ObjectStore[] = [];
  const close = async () => {
    for (const store of opened) await store.close();
  };
  const open = async (side: FailureSide, place: StorePlace, keys: NodeCredentials | undefined, options: OpenPlaceOptions = { requesterPays: false }) => {
    const store = await openAt(side, () => stores.open(place, keys, options));
    opened.push(store);
    return store;
  };
  try {
    const { selection, cdn } = task.source;
    const place = destinationPlace(stores, task.destination);
    const source = await open('source', sourcePlace(task.source), credentials.source, {
      requesterPays: task.options.enableRequesterPays,
      cdn: cdn && { cdn, key: credentials.cdnKey },
    });
    const destination = await open('destination', place, credentials.destination);
    const listFiles = 'bucket' in selection ? await open('list-file', { ...place, bucket: selection.bucket }, credentials.destination) : undefined;
    return { source, destination, listFiles, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openAt(side: FailureSide, open: () => Promise<ObjectStore> | ObjectStore): Promise<ObjectStore> {
  try {
    return await open();
  } catch (error) {
    throw isFailure(error) ? new OpenFailure(side, error) : error;
  }
}
