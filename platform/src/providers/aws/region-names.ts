/** GetBucketLocation's names of buckets in the first two regions. */
const legacyNames: Readonly<Record<string, string>> = { '': 'us-east-1', EU: 'eu-west-1' };

/** The region that a location of Amazon's means. */
export function amazonRegion(location: string): string {
  return legacyNames[location] ?? location;
}
