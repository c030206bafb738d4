const units = ['KB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/** What stands in the place of a size that there is none of (table 5-182). */
const noSize = '--';

/**
 * A size for people as table 5-182 and its example have it: `73.59 MB`, two decimals, in steps of 1,024 (the documents do
 * not say which). Bytes stand whole.
 */
export function sizeText(bytes: number | undefined): string {
  if (bytes === undefined) return noSize;
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes;
  let unit: string = 'B';
  for (const next of units) {
    // 1023.996 KB would be written as 1024.00 KB.
    if (Number(value.toFixed(2)) < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value.toFixed(2)} ${unit}`;
}
