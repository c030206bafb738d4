/**
 * What stays in the destination of a migration, all below `oms/<recordName>/` (`own-records.ts` has the names):
 *
 * - `segments/`: one immutable file per commit, with a line of JSON per object, in the order of the commit:
 *   `{"outcome":"succeeded","key":…,"to":…,"size":…,"etag":…,"proof":…}`, `{"outcome":"skipped",…,"reason":…}` or
 *   `{"outcome":"failed",…,"code":…,"message":…}`; `to` is the destination key where it is not the source key, `etag`
 *   the source's. A file is only valid when a segment list names it: a worker that dies between writing it and its commit
 *   leaves one behind that counts for nothing. An object that failed first and succeeded in a retry has a line of each.
 * - `failed_object_lists/`: the objects that failed in the end, as JSON lines in the order of their destination keys.
 * - `segment_lists/`: the segments that were committed, a line each with key, SHA-256 and number of lines.
 * - `manifest.haulier.json`: the counters, and each file of the two lists with its SHA-256. Who knows the manifest's
 *   digest can prove every line below it.
 *
 * There is one segment per commit for all outcomes, not one for each: commits are what costs requests, and a list of one
 * outcome is a filter away: `cat segments/* | jq -c 'select(.outcome == "skipped")'`.
 *
 * The rows in the ledger are the truth for a retry; nothing is ever read back from here.
 */
import { hash } from 'node:crypto';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import { isFailure, type FailureKind } from '../object-store/failure.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import type { Ledger, SegmentRef } from './ledger/ledger.ts';
import { failedListsFolder, isOwnRecord, listFileKey, listFilePrefix, manifestKey, segmentListsFolder } from './own-records.ts';
import type { MigrationPlan } from './plan.ts';

export interface FinalListsDeps {
  readonly destination: ObjectStore;
  readonly ledger: Pick<Ledger, 'failures' | 'segments' | 'tally'>;
  readonly plan: Pick<MigrationPlan, 'recordName' | 'recordPart' | 'recordFailures' | 'encryption'>;
}

export interface FinalLists {
  /** The folder of the failed list, ending in `/`; undefined when nothing failed, or it was not asked for or not taken. */
  readonly failedKey: string | undefined;
  /** Why the destination did not take the failed list. */
  readonly failedError: FailureKind | undefined;
  readonly manifestKey: string | undefined;
  /** Lower-case hex SHA-256 of the manifest. */
  readonly manifestSha256: string | undefined;
  /** Why the destination did not take the manifest or the list of segments. */
  readonly manifestError: FailureKind | undefined;
}

/** Bytes of one file of a list: what is held in memory at a time. */
const FILE_BYTES = 8 * 1024 * 1024;
const ROWS = 1_000;

/** Writes, or writes again, the lists of a migration that has ended. A destination that takes none is an answer, not an error. */
export async function writeFinalLists(deps: FinalListsDeps, signal: AbortSignal): Promise<FinalLists> {
  const { recordName, recordFailures } = deps.plan;
  const failed = await attempt(() => (recordFailures ? writeList(deps, failedListsFolder(recordName), failureLines(deps), signal) : Promise.resolve([])));
  const manifest = await attempt(() => writeManifest(deps, failed.value ?? [], signal));
  return {
    failedKey: failed.value === undefined || failed.value.length === 0 ? undefined : failedListsFolder(recordName),
    failedError: failed.error,
    manifestKey: manifest.value?.key,
    manifestSha256: manifest.value?.sha256,
    manifestError: manifest.error,
  };
}

async function attempt<T>(work: () => Promise<T>): Promise<{ readonly value: T | undefined; readonly error: FailureKind | undefined }> {
  try {
    return { value: await work(), error: undefined };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { value: undefined, error: error.kind };
  }
}

async function writeManifest(deps: FinalListsDeps, failedLists: readonly SegmentRef[], signal: AbortSignal): Promise<SegmentRef> {
  const segmentLists = await writeList(deps, segmentListsFolder(deps.plan.recordName), segmentLines(deps), signal);
  const manifest = { version: 1, tally: await deps.ledger.tally(), failed_object_lists: failedLists, segment_lists: segmentLists };
  return write(deps, manifestKey(deps.plan.recordName, deps.plan.recordPart), JSON.stringify(manifest, null, 2), 1, 'application/json', signal);
}

/** Writes lines into numbered files, and removes those that an earlier, longer list left behind. */
async function writeList(deps: FinalListsDeps, folder: string, lines: AsyncIterable<string>, signal: AbortSignal): Promise<readonly SegmentRef[]> {
  const prefix = listFilePrefix(folder, deps.plan.recordPart);
  const files: SegmentRef[] = [];
  let text: string[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    if (text.length > 0) files.push(await write(deps, listFileKey(prefix, files.length + 1), text.join(''), text.length, 'application/x-ndjson', signal));
    text = [];
    length = 0;
  };
  for await (const line of lines) {
    text.push(line);
    length += line.length;
    if (length >= FILE_BYTES) await flush();
  }
  await flush();
  await removeStale(deps.destination, prefix, new Set(files.map(({ key }) => key)), signal);
  return files;
}

async function removeStale(destination: ObjectStore, prefix: string, written: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  const { objects } = await destination.list({ prefix, from: { kind: 'start' } }, signal);
  for (const { key } of objects) if (isOwnRecord(key) && !written.has(key)) await destination.remove(key, signal);
}

async function* failureLines({ ledger }: FinalListsDeps): AsyncGenerator<string> {
  for (let page = await ledger.failures(undefined, ROWS); page.length > 0; page = await ledger.failures(page.at(-1)?.destinationKey, ROWS)) {
    for (const { sourceKey, destinationKey, size, etag, code, reason } of page) {
      yield `${JSON.stringify({ key: sourceKey, to: destinationKey === sourceKey ? undefined : destinationKey, size, etag, code, message: reason })}\n`;
    }
  }
}

async function* segmentLines({ ledger }: FinalListsDeps): AsyncGenerator<string> {
  for (let page = await ledger.segments(undefined, ROWS); page.length > 0; page = await ledger.segments(page.at(-1)?.key, ROWS)) {
    for (const { key, sha256, lines } of page) yield `${JSON.stringify({ key, sha256, lines })}\n`;
  }
}

async function write({ destination, plan }: FinalListsDeps, key: string, text: string, lines: number, contentType: string, signal: AbortSignal): Promise<SegmentRef> {
  const bytes = Buffer.from(text);
  const encryption = plan.encryption === undefined ? {} : { encryption: plan.encryption };
  await destination.write(key, bytesSource(bytes), { metadata: { contentType, user: {} }, ...encryption, contentMd5: hash('md5', bytes, 'base64') }, signal);
  return { key, sha256: hash('sha256', bytes, 'hex'), lines };
}
