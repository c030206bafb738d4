/** Long answers, page by page. */
import { UsageError } from '../usage-error.ts';

export interface PageFlags {
  readonly limit: string;
  readonly offset: string;
  /** Everything, and no page of it. */
  readonly all?: true;
}

/** What the API gives at once. */
const largestPage = 200;

/** One page; or all of them as if they were one. Between two pages there may be changes. @param items the field of the answer that has them */
export async function allPages<Items extends string, Item, Answer extends { readonly count: number } & Readonly<Record<Items, readonly Item[]>>>(
  { limit, offset, all }: PageFlags, ask: (page: { readonly limit: string; readonly offset: string }) => Promise<Answer>, items: Items,
): Promise<Answer> {
  if (all !== true) return ask({ limit, offset });
  if (offset !== '0') throw new UsageError('--all begins at the beginning: leave --offset out');
  const first = await ask({ limit: String(largestPage), offset: '0' });
  const found: Item[] = [...first[items]];
  for (let more = first[items].length; more === largestPage && found.length < first.count;) {
    const page = await ask({ limit: String(largestPage), offset: String(found.length) });
    found.push(...page[items]);
    more = page[items].length;
  }
  return { ...first, [items]: found };
}
