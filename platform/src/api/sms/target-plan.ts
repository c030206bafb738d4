/**
 * What a person plans of the target: how large disks and volumes are to be there, and which are left out. Disks and volume
 * groups are numbered from 1 in the order in which the agent told them, their volumes through all of them: these are the ids
 * that answers give and that a plan comes back with.
 */
import type { PutSourceServerBody } from '@haulier/wire/sms/source-requests.ts';
import type { Facts } from '../../server-migration/server.ts';
import { BrokenInput } from '../read-by-schema.ts';

const disks = { list: 'disks', inner: 'physical_volumes' } as const;
const groups = { list: 'volume_groups', inner: 'logical_volumes' } as const;
type Kind = typeof disks | typeof groups;

/** The disks or volume groups as they are told, with their ids and what is planned of them. */
export function numberedDisks(told: Facts, plan: Facts | undefined): readonly Facts[] {
  return numbered(told, plan, disks);
}

export function numberedGroups(told: Facts, plan: Facts | undefined): readonly Facts[] {
  return numbered(told, plan, groups);
}

/** As the target is to have them. */
export function plannedTarget(told: Facts, plan: Facts | undefined): { readonly disks: readonly Facts[]; readonly volume_groups: readonly Facts[] } {
  return { disks: asPlanned(numberedDisks(told, plan), disks), volume_groups: asPlanned(numberedGroups(told, plan), groups) };
}

/** The plan with its ids as numbers; undefined when nothing is planned. Throws {@link BrokenInput} for an id that the source does not have. */
export function parsePlan(body: Pick<PutSourceServerBody, 'disks' | 'volume_groups'>, told: Facts): Facts | undefined {
  if (body.disks === undefined && body.volume_groups === undefined) return undefined;
  return {
    ...(body.disks === undefined ? {} : { disks: withKnownIds(body.disks, numberedDisks(told, undefined), disks) }),
    ...(body.volume_groups === undefined ? {} : { volume_groups: withKnownIds(body.volume_groups, numberedGroups(told, undefined), groups) }),
  };
}

function numbered(told: Facts, plan: Facts | undefined, { list, inner }: Kind): readonly Facts[] {
  const plans = recordsIn(plan?.[list]);
  let volumes = 0;
  return recordsIn(told[list]).map((item, index) => {
    const id = index + 1;
    const planned = plans.find((each) => each['id'] === id);
    const ofInner = recordsIn(planned?.[inner]);
    const numberedInner = recordsIn(item[inner]).map((volume) => {
      volumes += 1;
      return { ...volume, id: volumes, ...wishes(ofInner.find((each) => each['id'] === volumes)) };
    });
    return { ...item, id, ...wishes(planned), [inner]: numberedInner };
  });
}

function wishes(planned: Facts | undefined): Facts {
  return planned === undefined ? {} : { need_migration: planned['need_migration'] ?? true, ...(planned['adjust_size'] === undefined ? {} : { adjust_size: planned['adjust_size'] }) };
}

function asPlanned(items: readonly Facts[], { inner }: Kind): readonly Facts[] {
  return taken(items).map((item) => ({ ...item, [inner]: taken(recordsIn(item[inner])) }));
}

function taken(items: readonly Facts[]): readonly Facts[] {
  return items.filter((item) => item['need_migration'] !== false).map((item) => ({ ...item, size: item['adjust_size'] ?? item['size'] }));
}

function withKnownIds(plans: readonly Facts[], known: readonly Facts[], { list, inner }: Kind): readonly Facts[] {
  return plans.map((plan, index) => {
    const path = `${list}[${index}]`;
    const item = itemOf(plan, known, path);
    const ofInner = recordsIn(plan[inner]).map((volume, place) => ({ ...volume, id: itemOf(volume, recordsIn(item[inner]), `${path}.${inner}[${place}]`)['id'] }));
    return { ...plan, id: item['id'], [inner]: ofInner };
  });
}

function itemOf(plan: Facts, known: readonly Facts[], path: string): Facts {
  const item = known.find(({ id }) => String(id) === String(plan['id']));
  if (item === undefined) throw new BrokenInput(`${path}.id`, 'an id that the answer about the source server gives', plan['id'] === undefined);
  return item;
}

function recordsIn(value: unknown): readonly Facts[] {
  return Array.isArray(value) ? value.filter(isFacts) : [];
}

function isFacts(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
