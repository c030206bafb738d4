/** What the credentials may do, verb by verb, and how fast the source answers. */
import { isFailure, type FailureKind } from '../../object-store/failure.ts';
import type { ListedObject, ObjectStore } from '../../object-store/object-store.ts';
import { selectedKeys } from '../ranges.ts';
import type { Clock } from '../transfer/transfer.ts';
import { smallBytes, type Pace } from './estimate.ts';
import type { PreflightDeps } from './preflight.ts';

export interface TriedVerb {
  readonly side: 'source' | 'destination' | 'list-file';
  readonly verb: 'list' | 'look' | 'read' | 'write';
  readonly allowed: 'yes' | 'no' | 'not-tried';
  /** Why not, in the store's words. */
  readonly why?: string;
  readonly failure?: FailureKind;
}

type Side = TriedVerb['side'];

/** A store that knows uploads by parts creates one and aborts it: no object appears, no event fires. */
const probeKey = 'oms/preflight.haulier.json';

export async function tryVerbs({ source, destination, listFiles, plan }: PreflightDeps, signal: AbortSignal): Promise<readonly TriedVerb[]> {
  const { selection } = plan;
  const listing = selection.kind === 'list-file' || selection.kind === 'url-list';
  const first = listing ? undefined : firstPrefix(plan);
  const ofSource = first === undefined ? [] : await trySource(source, first, signal);
  const ofList = listing && listFiles !== undefined ? [await attempt('list-file', 'read', () => listFiles.stat(selection.key, signal))] : [];
  const ofDestination = [
    await attempt('destination', 'list', () => destination.list({ prefix: plan.savePrefix, from: { kind: 'start' }, limit: 1 }, signal)),
    await tryWrite(destination, plan.savePrefix, signal),
  ];
  return [...ofSource, ...ofList, ...ofDestination];
}

function firstPrefix({ selection }: PreflightDeps['plan']): string {
  if (selection.kind === 'list-file' || selection.kind === 'url-list') return '';
  const { stretches, names } = selectedKeys(selection);
  return stretches[0]?.prefix ?? names[0] ?? '';
}

async function trySource(source: ObjectStore, prefix: string, signal: AbortSignal): Promise<readonly TriedVerb[]> {
  let first: ListedObject | undefined;
  const list = await attempt('source', 'list', async () => {
    first = (await source.list({ prefix, from: { kind: 'start' }, limit: 1 }, signal)).objects[0];
  });
  if (first === undefined) return [list, { side: 'source', verb: 'look', allowed: 'not-tried' }, { side: 'source', verb: 'read', allowed: 'not-tried' }];
  const { key, size } = first;
  return [
    list,
    await attempt('source', 'look', () => source.stat(key, signal)),
    await attempt('source', 'read', async () => (await source.read(key, size > 0 ? { range: { first: 0, last: 0 } } : {}, signal)).body.discard()),
  ];
}

async function tryWrite({ multipart }: ObjectStore, savePrefix: string, signal: AbortSignal): Promise<TriedVerb> {
  if (multipart === undefined) return { side: 'destination', verb: 'write', allowed: 'not-tried' };
  return attempt('destination', 'write', async () => {
    const upload = await multipart.create(savePrefix + probeKey, { metadata: { user: {} } }, signal);
    await multipart.abort(upload, signal);
  });
}

/** An archived object may be read once it is restored: that is no matter of permission. */
async function attempt(side: Side, verb: TriedVerb['verb'], request: () => Promise<unknown>): Promise<TriedVerb> {
  try {
    await request();
    return { side, verb, allowed: 'yes' };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return error.kind === 'archived' ? { side, verb, allowed: 'yes' } : { side, verb, allowed: 'no', why: error.message, failure: error.kind };
  }
}

const mostBytes = 8 * 1024 * 1024;

/** Undefined when there is nothing to measure with. Reads no more than 8 MiB of each sample. */
export async function measure(source: ObjectStore, samples: readonly ListedObject[], clock: Clock, signal: AbortSignal): Promise<Pace | undefined> {
  let openMs = 0;
  let reads = 0;
  const large = { bytes: 0, ms: 0 };
  for (const { key, size } of samples) {
    try {
      const began = clock.now();
      const { body } = await source.read(key, size > mostBytes ? { range: { first: 0, last: mostBytes - 1 } } : {}, signal);
      const opened = clock.now();
      let bytes = 0;
      await body.pipe({
        write(chunk) {
          bytes += chunk.byteLength;
          return undefined;
        },
      });
      openMs += opened - began;
      reads++;
      if (bytes <= smallBytes) continue;
      large.bytes += bytes;
      large.ms += clock.now() - opened;
    } catch (error) {
      if (!isFailure(error)) throw error;
    }
  }
  if (reads === 0) return undefined;
  return { requestMs: openMs / reads, bytesPerSecond: large.bytes === 0 ? undefined : (large.bytes * 1000) / Math.max(1, large.ms) };
}
