import { StoreFailure } from '../../object-store/failure.ts';
import type { ListedBucket } from '../../object-store/object-account.ts';
import { childrenNamed, childText } from '../s3/xml.ts';
import type { AzureRequests } from './azure-requests.ts';

/** Lists longer than this many pages are no answers of a service that gets on. */
const MAX_PAGES = 10_000;

/** List Containers, page by page. */
export async function listContainers(requests: AzureRequests, signal: AbortSignal): Promise<readonly ListedBucket[]> {
  const buckets: ListedBucket[] = [];
  let marker = '';
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const query: readonly (readonly [string, string])[] = marker === '' ? [['comp', 'list']] : [['comp', 'list'], ['marker', marker]];
    const root = await requests.document({ method: 'GET', query }, 'EnumerationResults', signal);
    for (const list of childrenNamed(root, 'Containers')) {
      for (const container of childrenNamed(list, 'Container')) {
        const name = childText(container, 'Name');
        if (name === undefined || name === '') throw new StoreFailure('protocol', 'a container without a name');
        buckets.push({ name });
      }
    }
    const next = childText(root, 'NextMarker') ?? '';
    if (next === '') return buckets;
    if (next === marker) break;
    marker = next;
  }
  throw new StoreFailure('protocol', 'the list of containers says that there is more and does not advance');
}
