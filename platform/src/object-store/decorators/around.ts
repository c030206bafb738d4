import type { ArchiveRestore, FolderListing, MultipartUploads, ObjectStore, ServerSideCopy } from '../object-store.ts';

/** The kinds of request that a store gets, as decorators and metrics tell them apart. */
export type StoreOperation =
  | 'list' | 'stat' | 'read' | 'write' | 'remove' | 'check-bucket'
  | 'create-upload' | 'write-part' | 'complete-upload' | 'abort-upload' | 'list-uploads' | 'list-parts'
  | 'copy' | 'copy-part' | 'restore' | 'list-folder';

/** Runs one operation. A `read` ends when it is open, before its body. */
export type Around = <T>(operation: StoreOperation, run: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** A store whose every operation goes through `wrap`. What the store lacks stays absent. */
export function around(store: ObjectStore, wrap: Around): ObjectStore {
  const checkReads = store.checkReads?.bind(store);
  return {
    location: store.location,
    traits: store.traits,
    list: (query, signal) => wrap('list', () => store.list(query, signal), signal),
    stat: (key, signal) => wrap('stat', () => store.stat(key, signal), signal),
    read: (key, options, signal) => wrap('read', () => store.read(key, options, signal), signal),
    write: (key, body, options, signal) => wrap('write', () => store.write(key, body, options, signal), signal),
    remove: (key, signal) => wrap('remove', () => store.remove(key, signal), signal),
    ...(checkReads && { checkReads: (signal: AbortSignal) => wrap('check-bucket', () => checkReads(signal), signal) }),
    checkBucket: (signal) => wrap('check-bucket', () => store.checkBucket(signal), signal),
    ...(store.multipart && { multipart: aroundMultipart(store.multipart, wrap) }),
    ...(store.serverSideCopy && { serverSideCopy: aroundCopy(store.serverSideCopy, wrap) }),
    ...(store.restore && { restore: aroundRestore(store.restore, wrap) }),
    ...(store.folders && { folders: aroundFolders(store.folders, wrap) }),
    ...(store.serverOf && { serverOf: store.serverOf }),
    ...(store.bears && { bears: store.bears.bind(store) }),
    close: () => store.close(),
  };
}

function aroundMultipart(uploads: MultipartUploads, wrap: Around): MultipartUploads {
  return {
    minPartBytes: uploads.minPartBytes,
    maxPartBytes: uploads.maxPartBytes,
    maxParts: uploads.maxParts,
    create: (key, options, signal) => wrap('create-upload', () => uploads.create(key, options, signal), signal),
    writePart: (upload, number, body, signal, contentMd5) => wrap('write-part', () => uploads.writePart(upload, number, body, signal, contentMd5), signal),
    complete: (upload, parts, signal) => wrap('complete-upload', () => uploads.complete(upload, parts, signal), signal),
    abort: (upload, signal) => wrap('abort-upload', () => uploads.abort(upload, signal), signal),
    uploadsOf: (key, signal) => wrap('list-uploads', () => uploads.uploadsOf(key, signal), signal),
    partsOf: (upload, signal) => wrap('list-parts', () => uploads.partsOf(upload, signal), signal),
  };
}

function aroundCopy(copies: ServerSideCopy, wrap: Around): ServerSideCopy {
  const copyPart = copies.copyPart?.bind(copies);
  return {
    maxCopyBytes: copies.maxCopyBytes,
    canCopyFrom: (source) => copies.canCopyFrom(source),
    copy: (source, sourceKey, ifMatch, key, options, signal) => wrap('copy', () => copies.copy(source, sourceKey, ifMatch, key, options, signal), signal),
    ...(copyPart && {
      copyPart: (source, sourceKey, ifMatch, range, upload, number, signal) =>
        wrap('copy-part', () => copyPart(source, sourceKey, ifMatch, range, upload, number, signal), signal),
    }),
  };
}

function aroundRestore(restore: ArchiveRestore, wrap: Around): ArchiveRestore {
  return { request: (key, days, signal) => wrap('restore', () => restore.request(key, days, signal), signal) };
}

function aroundFolders(folders: FolderListing, wrap: Around): FolderListing {
  return { list: (query, signal) => wrap('list-folder', () => folders.list(query, signal), signal) };
}
