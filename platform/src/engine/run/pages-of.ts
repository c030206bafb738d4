import type { RangePosition, RangeScope } from '../ledger/ledger.ts';
import { KeyPages } from '../listing/key-pages.ts';
import { LinePages, type LineKind } from '../listing/line-pages.ts';
import { ListFile } from '../listing/list-file.ts';
import { NamedPages, NameList } from '../listing/named-pages.ts';
import type { SourcePages } from '../listing/source-page.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import type { MigrationPlan } from '../plan.ts';
import type { Clock } from '../transfer/transfer.ts';

/** What it takes to find the objects of a plan. */
export interface PagesDeps {
  readonly source: ObjectStore;
  readonly listFiles?: ObjectStore;
  readonly plan: Pick<MigrationPlan, 'selection'>;
  readonly clock: Clock;
}

/** The pages of a range from a cursor on. */
export function pagesOf(deps: PagesDeps, scope: RangeScope, cursor: RangePosition): SourcePages {
  switch (scope.kind) {
    case 'keys':
    case 'marker':
      return new KeyPages(deps.source, deps.clock, scope, cursor);
    case 'names':
      return new NamedPages(deps.source, deps.clock, new NameList(scope, cursor));
    case 'lines': {
      const { file, kind } = listFileOf(deps);
      return new NamedPages(deps.source, deps.clock, new LinePages(file, kind, scope, cursor));
    }
  }
}

/** @throws {TypeError} when the plan selects by no list, or nobody gave a store to read it from. */
export function listFileOf({ plan, listFiles, clock }: Omit<PagesDeps, 'source'>): { readonly file: ListFile; readonly kind: LineKind } {
  const { selection } = plan;
  if (listFiles === undefined || (selection.kind !== 'list-file' && selection.kind !== 'url-list')) throw new TypeError('a range of lines needs a list file');
  return { file: new ListFile(listFiles, selection.key, clock), kind: selection.kind === 'url-list' ? 'urls' : 'keys' };
}
