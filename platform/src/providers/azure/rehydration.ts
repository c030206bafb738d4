import type { ArchiveRestore } from '../../object-store/object-store.ts';
import { isFailure } from '../../object-store/failure.ts';
import type { AzureRequests } from './azure-requests.ts';
import type { Blobs } from './blobs.ts';

/**
 * Set Blob Tier. Rehydration moves the blob itself: it stays in the Hot tier for as long as nobody moves it back, whatever
 * the days asked for, and takes up to 15 hours at the standard priority ("Blob rehydration from the archive tier").
 */
export function rehydration(requests: AzureRequests, container: string, blobs: Blobs): ArchiveRestore {
  return {
    async request(key, _days, signal) {
      const { archived, restoring } = await blobs.stat(key, signal);
      if (!archived) return 'readable';
      if (restoring === true) return 'requested';
      try {
        const call = { method: 'PUT', container, key, query: [['comp', 'tier']], headers: [['x-ms-access-tier', 'Hot'], ['x-ms-rehydrate-priority', 'Standard']] } as const;
        (await requests.send(call, signal)).body.discard();
      } catch (error) {
        if (!isFailure(error) || error.code !== 'BlobBeingRehydrated') throw error;
      }
      return 'requested';
    },
  };
}
