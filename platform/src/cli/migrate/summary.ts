/** What `haulier migrate` says at its end. */
import type { Tally } from '../../engine/ledger/ledger.ts';
import type { StandaloneResult } from '../../main/standalone.ts';
import { formatBytes, formatDuration } from '../units.ts';

export interface Finished {
  readonly result: StandaloneResult;
  readonly seconds: number;
  /** The first failed objects, for the screen. */
  readonly failures: readonly { readonly key: string; readonly reason: string }[];
}

/** True only when everything arrived. */
export function arrived({ end, tally }: StandaloneResult): boolean {
  return end.kind === 'finished' && tally.failed.objects === 0;
}

export function summaryTable({ result, seconds, failures }: Finished): string {
  const { tally, lists } = result;
  const rows = [
    ['', 'objects', 'size'],
    ['copied', count(tally.succeeded.objects), formatBytes(tally.succeeded.bytes)],
    ['skipped', count(tally.skipped.objects), formatBytes(tally.skipped.bytes)],
    ['failed', count(tally.failed.objects), formatBytes(tally.failed.bytes)],
  ];
  const rate = seconds > 0 ? tally.succeeded.bytes / seconds : 0;
  return [
    ...rows.map(([name = '', objects = '', size = '']) => `  ${name.padEnd(8)} ${objects.padStart(12)} ${size.padStart(12)}`),
    '',
    `  ${formatDuration(seconds)} at ${formatBytes(Math.round(rate))}/s`,
    ...(lists?.failedKey === undefined ? [] : [`  failed objects are listed in the destination: ${lists.failedKey}`]),
    ...failures.map(({ key, reason }) => `  failed: ${JSON.stringify(key)}: ${reason}`),
    ...(tally.failed.objects > failures.length ? [`  … and ${count(tally.failed.objects - failures.length)} more`] : []),
    verdict(result),
    '',
  ].join('\n');
}

function verdict({ end, tally }: StandaloneResult): string {
  switch (end.kind) {
    case 'finished':
      return tally.failed.objects === 0 ? 'Everything arrived.' : 'Not everything arrived. Run the same command again to try the failed objects once more.';
    case 'interrupted':
      return 'Interrupted. Run the same command again to go on.';
    case 'broken':
      return `Stopped: the ${end.side} says: ${end.message}\nRun the same command again once that is mended.`;
  }
}

/** One JSON object on one line. */
export function summaryJson({ result, seconds, failures }: Finished): string {
  const { end, tally, lists } = result;
  const side = ({ objects, bytes }: Tally['succeeded']): { objects: number; bytes: number } => ({ objects, bytes });
  return `${JSON.stringify({
    result: arrived(result) ? 'arrived' : end.kind === 'finished' ? 'incomplete' : end.kind,
    ...(end.kind === 'broken' ? { error: { side: end.side, failure: end.failure, message: end.message } } : {}),
    succeeded: side(tally.succeeded), skipped: side(tally.skipped), failed: side(tally.failed),
    seconds: Math.round(seconds * 1000) / 1000,
    failed_list: lists?.failedKey ?? null,
    failures,
  })}\n`;
}

function count(n: number): string {
  return n.toLocaleString('en');
}
