/** Whether two objects hold the same bytes, with the cheapest evidence that decides. */
import { Md5 } from '@haulier/lib/digest/md5.ts';
import type { ListedObject, ObjectStore, StoredObject } from '../../object-store/object-store.ts';
import { at, SidedFailure, type Side } from '../sided-failure.ts';
import { compareByStat, compositeMd5, plainMd5 } from '../transfer/verify.ts';
import type { Compared, ComparisonDeps, Evidence, Pair } from './compare.ts';

type Verdict = { readonly result: 'identical'; readonly evidence: Evidence } | { readonly result: 'different'; readonly why: string };

/** Rejects with the signal's reason, and with what is no failure of a store. */
export async function comparePair(deps: ComparisonDeps, pair: Pair, signal: AbortSignal): Promise<Compared> {
  const { key, to } = pair;
  const listed = byListing(deps, pair);
  if (listed !== undefined) return { ...pair, ...listed };
  try {
    return { ...pair, ...(await byLooking(deps, pair, signal)) };
  } catch (error) {
    if (error instanceof SidedFailure) return { key, to, result: 'unreadable', side: error.side, why: error.failure.message };
    throw error;
  }
}

/** Undefined where the listings do not decide. */
function byListing({ source: from, destination: onto }: ComparisonDeps, { source, destination }: Pair): Verdict | undefined {
  if (source.size >= 0 && source.size !== destination.size) return different(`${destination.size} bytes, not ${source.size}`);
  const md5s = from.traits.etag === 'md5' && onto.traits.etag === 'md5';
  const digest = md5s ? (plainMd5(source.etag) ?? compositeMd5(source.etag)) : undefined;
  if (digest !== undefined && digest === (plainMd5(destination.etag) ?? compositeMd5(destination.etag))) return same('etag', `md5:${digest}`);
  return undefined;
}

async function byLooking({ source: from, destination: onto, readBytes }: ComparisonDeps, { key, to }: Pair, signal: AbortSignal): Promise<Verdict> {
  const [source, destination] = await Promise.all([statAt('source', from, key, signal), statAt('destination', onto, to, signal)]);
  if (source.size >= 0 && source.size !== destination.size) return different(`${destination.size} bytes, not ${source.size}`);
  if (source.crc64 !== undefined && destination.crc64 !== undefined) {
    return source.crc64 === destination.crc64 ? same('crc64', `crc64:${source.crc64}`) : different('another CRC64');
  }
  if (readBytes) return byReading(await Promise.all([md5At('source', from, source, signal), md5At('destination', onto, destination, signal)]));
  const [md5, copy] = [md5Of(from, source), md5Of(onto, destination)];
  if (md5 !== undefined && copy !== undefined) return md5 === copy ? same('etag', `md5:${md5}`) : different('another MD5');
  return compareByStat(source, destination) === 'same' ? { result: 'identical', evidence: { check: 'size-and-time' } } : different('older than the source, and no digest tells whether it is the same');
}

/** The MD5 that the store's ETag is known to be; undefined where it may be something else. */
function md5Of({ traits }: ObjectStore, { etag, keyEncrypted }: StoredObject): string | undefined {
  return traits.etag === 'md5' && !keyEncrypted ? plainMd5(etag) : undefined;
}

function byReading([source, destination]: readonly [string, string]): Verdict {
  return source === destination ? same('bytes', `md5:${source}`) : different('other bytes');
}

function md5At(side: Side, store: ObjectStore, object: ListedObject, signal: AbortSignal): Promise<string> {
  return at(side, readMd5(store, object, signal));
}

async function readMd5(store: ObjectStore, { key, etag }: ListedObject, signal: AbortSignal): Promise<string> {
  const { body } = await store.read(key, etag === undefined ? {} : { ifMatch: etag }, signal);
  const md5 = new Md5(body.length);
  await body.pipe({
    write(chunk) {
      md5.update(chunk);
      return undefined;
    },
  });
  return md5.hex();
}

function statAt(side: Side, store: ObjectStore, key: string, signal: AbortSignal): Promise<StoredObject> {
  return at(side, store.stat(key, signal));
}

function same(check: 'etag' | 'crc64' | 'bytes', checksum: string): Verdict {
  return { result: 'identical', evidence: { check, checksum } };
}

function different(why: string): Verdict {
  return { result: 'different', why };
}
