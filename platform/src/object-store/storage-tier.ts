/**
 * What a storage class is for, whatever its cloud calls it: the documents' own four classes of the destination
 * (dst_storage_policy, section 5.2.3). `archive` and `deep-archive` cannot be read before a restore.
 */
export const storageTiers = ['standard', 'infrequent', 'archive', 'deep-archive'] as const;

export type StorageTier = (typeof storageTiers)[number];
