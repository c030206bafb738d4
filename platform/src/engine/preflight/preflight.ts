/**
 * What a migration would meet, before there is one: what the credentials may do on both sides, how many objects of which
 * sizes and classes there are, which keys will make trouble, and about how long it would take. Nothing is written: whether the
 * destination takes objects is asked by an upload that is begun and aborted.
 */
import type { ObjectStore } from '../../object-store/object-store.ts';
import type { StorageTier } from '../../object-store/storage-tier.ts';
import type { MigrationPlan } from '../plan.ts';
import { rangesOf, rangesOfLines } from '../ranges.ts';
import { listFileOf, pagesOf } from '../run/pages-of.ts';
import type { Clock } from '../transfer/transfer.ts';
import { estimateOf, type Estimate } from './estimate.ts';
import { measure, tryVerbs, type TriedVerb } from './try-verbs.ts';
import { Survey, type SurveyResult } from './survey.ts';

export interface PreflightDeps {
  readonly source: ObjectStore;
  readonly destination: ObjectStore;
  /** The bucket of the plan's list file. */
  readonly listFiles?: ObjectStore;
  readonly plan: Pick<MigrationPlan, 'selection' | 'savePrefix' | 'migrateSince'>;
  /** The tier of each storage class, as the source's listings name it. */
  readonly storageClasses: Readonly<Record<string, StorageTier>>;
  readonly clock: Clock;
  /** Looks at so many objects at most. */
  readonly mostObjects: number;
  /** Called now and then with what has been looked at. */
  readonly progress?: (objects: number, bytes: number) => void;
}

export interface Preflight {
  readonly verbs: readonly TriedVerb[];
  /** Undefined when the source cannot be listed. */
  readonly survey: SurveyResult | undefined;
  /** False when there are more objects than were looked at. */
  readonly complete: boolean;
  /** Undefined when nothing could be measured. */
  readonly estimate: Estimate | undefined;
}

/** Rejects with the signal's reason, and with a `RunFailure` when a listing breaks after it had begun. */
export async function preflight(deps: PreflightDeps, signal: AbortSignal): Promise<Preflight> {
  const verbs = await tryVerbs(deps, signal);
  if (!verbs.every(({ side, verb, allowed }) => side !== 'source' || verb !== 'list' || allowed !== 'no')) return { verbs, survey: undefined, complete: false, estimate: undefined };
  const survey = new Survey(deps);
  const complete = await surveySource(deps, survey, signal);
  const result = survey.result();
  const pace = await measure(deps.source, survey.samples, deps.clock, signal);
  return { verbs, survey: result, complete, estimate: pace && estimateOf(result.objects, result.bytes, pace) };
}

async function surveySource(deps: PreflightDeps, survey: Survey, signal: AbortSignal): Promise<boolean> {
  const { selection } = deps.plan;
  const listed = selection.kind === 'list-file' || selection.kind === 'url-list';
  const scopes = listed ? await rangesOfLines(listFileOf(deps).file, signal) : rangesOf(selection, deps.source.traits);
  for (const scope of scopes) {
    const pages = pagesOf(deps, scope, { kind: 'start' });
    for (let last = false; !last; ) {
      const page = await pages.next(signal);
      last = page.last;
      page.objects.forEach((object, index) => {
        if (!page.faults.has(index)) survey.add(object, page.names?.[index] ?? object.key);
      });
      survey.addUnreadable(page.faults.size);
      deps.progress?.(survey.objects, survey.bytes);
      if (survey.objects >= deps.mostObjects) return last && scope === scopes.at(-1);
    }
  }
  return true;
}
