/** Options of the documents that act here, and those that a task is refused for. What only an opened store shows is looked at in `create-task.ts`. */
import type { PlaceAbilities } from './stores.ts';
import { tierOfPolicy } from './storage-policy.ts';
import type { TaskOptions } from './task.ts';

/** The name, as the documents spell it, of the first option that is switched on and would do nothing. */
export function unsupportedOption(options: TaskOptions, source: PlaceAbilities, destination: PlaceAbilities): string | undefined {
  if (options.enableKms && !destination.kms) return 'enable_kms';
  if (!bearsPolicy(options.storagePolicy, destination)) return 'dst_storage_policy';
  if (options.enableRequesterPays && !source.requesterPays) return 'enable_requester_pays';
  return undefined;
}

/** STANDARD is what every store does when it is told nothing. */
function bearsPolicy(policy: TaskOptions['storagePolicy'], destination: PlaceAbilities): boolean {
  if (policy === 'STANDARD') return true;
  return destination.classOf(policy === 'SRC_STORAGE_MAPPING' ? 'standard' : tierOfPolicy[policy]) !== undefined;
}
