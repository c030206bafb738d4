const units = ['KB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/** A size as the vendors' documents show it to people: `73.59 MB`, two decimals, in steps of 1,024. Bytes stand whole. */
export function sizeText(bytes: number): string {
  let value = Math.round(bytes);
  if (value < 1024) return `${value} B`;
  let unit: string = 'B';
  for (const next of units) {
    // 1023.996 KB would be written as 1024.00 KB.
    if (Number(value.toFixed(2)) < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value.toFixed(2)} ${unit}`;
}
