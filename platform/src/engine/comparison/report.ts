/**
 * A comparison as JSON lines: one for each object, then one that closes the report with the counters and the SHA-256 of all
 * bytes before it. A report that ends otherwise is not whole.
 *
 *     {"result":"identical","key":…,"to":…,"size":…,"source":{"etag":…,"modified":…},"destination":{…},"check":"etag","checksum":"md5:…"}
 *     {"result":"different",…,"why":…}   {"result":"missing",…}   {"result":"extra","to":…,…}   {"result":"unreadable",…,"side":…,"why":…}
 *     {"end":true,"identical":…,"different":…,"missing":…,"extra":…,"unreadable":…,"bytes":…,"lines":…,"sha256":…}
 *
 * Where a listing breaks, the last line is `{"end":false,"side":…,"why":…}`.
 *
 * `to` is left out where it is the key. `extra` is null where extra objects were not looked for.
 */
import { createHash } from 'node:crypto';
import type { ListedObject } from '../../object-store/object-store.ts';
import { RunFailure } from '../patience.ts';
import { compareBuckets, findsExtras, type Compared, type ComparisonDeps } from './compare.ts';

export interface ReportEnd {
  readonly identical: number;
  readonly different: number;
  readonly missing: number;
  /** Null: not looked for. */
  readonly extra: number | null;
  readonly unreadable: number;
  /** Of the identical objects. */
  readonly bytes: number;
  readonly lines: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Texts of whole lines, in order. Rejects with the signal's reason, and with what is no failure of a store. */
export async function* reportOf(deps: ComparisonDeps, signal: AbortSignal): AsyncGenerator<string> {
  try {
    yield* wholeReport(deps, signal);
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    yield `${JSON.stringify({ end: false, side: error.side, why: error.message })}\n`;
  }
}

async function* wholeReport(deps: ComparisonDeps, signal: AbortSignal): AsyncGenerator<string> {
  const counts = { identical: 0, different: 0, missing: 0, extra: 0, unreadable: 0 };
  const sum = createHash('sha256');
  let bytes = 0;
  let lines = 0;
  for await (const batch of compareBuckets(deps, signal)) {
    if (batch.length === 0) continue;
    let text = '';
    for (const compared of batch) {
      counts[compared.result]++;
      lines++;
      if (compared.result === 'identical') bytes += compared.destination.size;
      text += `${JSON.stringify(lineOf(compared))}\n`;
    }
    sum.update(text);
    yield text;
  }
  const end: ReportEnd = { ...counts, extra: findsExtras(deps) ? counts.extra : null, bytes, lines, sha256: sum.digest('hex') };
  yield `${JSON.stringify({ end: true, ...end })}\n`;
}

function lineOf(compared: Compared): object {
  switch (compared.result) {
    case 'identical':
      return { result: compared.result, ...addressOf(compared), size: compared.destination.size, source: shown(compared.source), destination: shown(compared.destination), ...compared.evidence };
    case 'different':
      return { result: compared.result, ...addressOf(compared), size: compared.source.size, source: shown(compared.source), destination: shown(compared.destination), why: compared.why };
    case 'missing':
      return { result: compared.result, ...addressOf(compared), size: compared.source.size, source: shown(compared.source) };
    case 'extra':
      return { result: compared.result, to: compared.to, size: compared.destination.size, destination: shown(compared.destination) };
    case 'unreadable':
      return { result: compared.result, ...addressOf(compared), side: compared.side, why: compared.why };
  }
}

function addressOf({ key, to }: { readonly key: string; readonly to: string }): object {
  return to === key ? { key } : { key, to };
}

function shown({ etag, lastModified }: ListedObject): object {
  return { etag, modified: lastModified > 0 ? new Date(lastModified).toISOString() : undefined };
}
