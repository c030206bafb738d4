import type { StorageTier } from '../object-store/storage-tier.ts';
import type { TaskOptions } from './task.ts';

/** The tier that each of the documents' classes names (dst_storage_policy, section 5.2.3); the mapped one depends on the object. */
export const tierOfPolicy: Readonly<Record<Exclude<TaskOptions['storagePolicy'], 'SRC_STORAGE_MAPPING'>, StorageTier>> = {
  STANDARD: 'standard', IA: 'infrequent', ARCHIVE: 'archive', DEEP_ARCHIVE: 'deep-archive',
};
