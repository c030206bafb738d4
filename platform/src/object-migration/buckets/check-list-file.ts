/** Whether a file in a bucket of the destination is a list of URLs, read line by line as a migration would read it. */
import { LinePages } from '../../engine/listing/line-pages.ts';
import { ListFile } from '../../engine/listing/list-file.ts';
import { RunFailure } from '../../engine/patience.ts';
import type { ObjectStore, StoredObject } from '../../object-store/object-store.ts';
import { isListFileName, isListFileSize, isPlainText } from '../list-file.ts';
import type { StorePlace } from '../stores.ts';
import type { NodeCredentials } from '../task.ts';
import { withinLimit } from '../time-limit.ts';
import { ask, type AskDeps } from './ask.ts';
import { BucketRefusal, type ListFileFault } from './bucket-refusal.ts';
import type { Clouds } from './clouds.ts';

export interface CheckListFileDeps extends AskDeps {
  readonly clouds: Clouds;
  readonly readLimitMs: number;
}

/** The store has to answer within the time limit; to read the file may take longer. Throws {@link BucketRefusal}. */
export async function checkListFile(deps: CheckListFileDeps, place: StorePlace, key: string, credentials: NodeCredentials): Promise<void> {
  if (!isListFileName(key)) throw fault('no-txt');
  const open = (): ObjectStore => deps.clouds.openStore(place, credentials);
  const file = await ask(deps, 'list-file', place.bucket, open, async (store, signal) => {
    await store.checkBucket(signal);
    return store.stat(key, signal);
  });
  checkFile(file);
  const reading = { ...deps, limitMs: deps.readLimitMs };
  await ask(reading, 'list-file', place.bucket, open, (store, signal) => checkLines(deps, new ListFile(store, key, deps.clock), file.size, signal));
}

function checkFile(file: StoredObject): void {
  if (!isListFileSize(file.size)) throw fault('too-large');
  if (!isPlainText(file)) throw fault('no-text');
  if (file.size === 0) throw fault('no-url');
}

async function checkLines({ clouds, clock, limitMs }: CheckListFileDeps, file: ListFile, end: number, signal: AbortSignal): Promise<void> {
  const pages = new LinePages(file, 'urls', { kind: 'lines', first: 0, end }, { kind: 'offset', offset: 0 });
  let isEmpty = true;
  for (let last = false; !last;) {
    const page = await withinLimit(clock, limitMs, (late) => pages.next(AbortSignal.any([signal, late]))).catch(refuseLine);
    isEmpty &&= page.named.length === 0;
    if (!page.named.every(({ key, name }) => clouds.isUrl(key) && name !== '')) throw fault('malformed');
    ({ last } = page);
  }
  if (isEmpty) throw fault('no-url');
}

/** What a line itself is to blame for, or the failure of the store. */
function refuseLine(error: unknown): never {
  if (!(error instanceof RunFailure)) throw error;
  const { failure } = error;
  if (failure.kind === 'bad-key') throw fault('line-too-long', error);
  if (failure.kind === 'corrupt') throw fault('malformed', error);
  throw failure;
}

function fault(what: ListFileFault, cause?: Error): BucketRefusal {
  return new BucketRefusal('list-file', { kind: 'list-file', fault: what }, cause);
}
