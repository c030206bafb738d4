/**
 * The use cases of task groups. Each changes the group's own row and no more; the steward (`worker/groups`) does to its tasks
 * what the group has come to, so that a process that dies in between leaves nothing half told.
 */
import { checkBuckets, checkOptions, checkTopic } from '../create-task.ts';
import type { ReachDeps } from '../create-task.ts';
import type { Topics } from '../notices/notice.ts';
import { activeMsOf } from '../numbers.ts';
import { openCredentials, sealCredentials } from '../secret-box.ts';
import type { SecretBox } from '../secret-box.ts';
import { checkRegions } from '../stores.ts';
import type { GroupAction, ProjectId, TaskCredentials } from '../task.ts';
import { MigrationRefusal } from '../task.ts';
import { groupStatesAllowing, nextGroupState } from './group-life-cycle.ts';
import type { GroupEvent } from './group-life-cycle.ts';
import type { GroupChange, GroupRepository, StoredGroup } from './group-repository.ts';
import type { Group, GroupId, GroupNumbers, GroupState, NewGroup, RetryOptions, TaskGroups } from './group.ts';
import { newGroupId } from './group-id.ts';
import { countListFiles } from './split/list-folder.ts';
import { fewestTasks } from './split/split.ts';

export interface TaskGroupsDeps extends ReachDeps {
  readonly groups: GroupRepository;
  readonly secrets: SecretBox;
  readonly topics: Topics;
  /** A UUID. */
  readonly newId: () => string;
  /** Groups a project may create in 24 hours. */
  readonly groupsPerDay: number;
  /** Called when the steward has something new to do. */
  readonly wakeSteward: () => void;
}

/** OMS.1037. */
export const documentedGroupsPerDay = 100;

export function createTaskGroups(deps: TaskGroupsDeps): TaskGroups {
  const { groups } = deps;
  return {
    create: (group) => createGroup(deps, group),
    async show(project, id) {
      const stored = await requireGroup(deps, project, id);
      return showGroup(stored, (await groups.numbers([stored.id])).get(stored.id));
    },
    async list(project, filter) {
      const found = await groups.list(project, filter);
      const numbers = await groups.numbers(found.groups.map((group) => group.id));
      return { groups: found.groups.map((group) => showGroup(group, numbers.get(group.id))), count: found.count };
    },
    stop: (project, id) => moveGroup(deps, project, id, 'stop', () => ({ event: 'stop' })),
    start: (project, id, credentials) => startGroup(deps, project, id, credentials),
    retry: (project, id, options) => retryGroup(deps, project, id, options),
    remove: (project, id) => moveGroup(deps, project, id, 'delete', () => ({ event: 'delete' })),
    async update(project, id, change) {
      const state = await groups.update(project, id, change, groupStatesAllowing('change'));
      if (state === undefined) return;
      throw state === 'none' ? noSuchGroup(id) : notAllowed('update', state);
    },
  };
}

/** Refuses in the order of tasks: quota, regions, options, topic, overlap, buckets, list files. */
async function createGroup(deps: TaskGroupsDeps, { credentials, ...group }: NewGroup): Promise<GroupId> {
  if (await deps.groups.createdToday(group.project) >= deps.groupsPerDay) throw new MigrationRefusal({ kind: 'quota-groups' });
  checkRegions(deps.stores, group.source, group.destination);
  checkOptions(deps.stores, group);
  checkTopic(deps.topics, group.notice);
  const listFiles = await checkGroup(deps, group, credentials);
  const id = newGroupId(deps.newId);
  const { selection } = group.source;
  const answer = await deps.groups.insert({ ...group, listFiles, id, sealedCredentials: sealCredentials(deps.secrets, id, credentials), left: fewestTasks(selection, listFiles) }, deps.groupsPerDay);
  if (answer !== 'inserted') throw new MigrationRefusal({ kind: answer });
  deps.wakeSteward();
  return id;
}

/** How many list files there are; undefined for a group by prefixes. */
async function checkGroup(deps: TaskGroupsDeps, { source, destination, options, listFiles }: Omit<NewGroup, 'credentials'>, credentials: TaskCredentials): Promise<number | undefined> {
  let found: number | undefined;
  await checkBuckets(deps, { source, destination, options }, credentials, async (store, signal) => {
    if ('bucket' in source.selection) found = await countListFiles(store, source.selection.key, listFiles, signal);
  });
  return found;
}

/** Whether the buckets can be reached; list files may have come and gone since the group was created. */
async function checkStart(deps: TaskGroupsDeps, { source, destination, options }: StoredGroup, credentials: TaskCredentials): Promise<void> {
  checkRegions(deps.stores, source, destination);
  await checkBuckets(deps, { source, destination, options }, credentials, () => Promise.resolve());
}

async function startGroup(deps: TaskGroupsDeps, project: ProjectId, id: string, credentials: TaskCredentials): Promise<void> {
  const asked = await requireGroup(deps, project, id);
  moved('start', asked, resuming(asked));
  await checkStart(deps, asked, credentials);
  await moveGroup(deps, project, id, 'start', (group) => ({
    event: resuming(group),
    change: { order: 'resume', error: undefined, sealedCredentials: sealCredentials(deps.secrets, group.id, credentials) },
  }));
}

function resuming({ split }: StoredGroup): GroupEvent {
  return split.over ? 'resume' : 'resume-split';
}

async function retryGroup(deps: TaskGroupsDeps, project: ProjectId, id: string, options: RetryOptions): Promise<void> {
  const asked = await requireGroup(deps, project, id);
  moved('retry', asked, retrying(asked));
  if (options.failedObjectsOnly && !asked.options.recordFailures) throw new MigrationRefusal({ kind: 'failed-objects-not-recorded' });
  const credentials = await keysFor(deps, asked, options);
  await checkStart(deps, asked, credentials);
  await moveGroup(deps, project, id, 'retry', (group) => ({
    event: retrying(group),
    change: { order: options.failedObjectsOnly ? 'retry-failed' : 'retry', error: undefined, sealedCredentials: sealCredentials(deps.secrets, group.id, credentials) },
  }));
}

function retrying({ split }: StoredGroup): GroupEvent {
  return split.over ? 'retry' : 'retry-split';
}

/** A retry may leave keys out (table 5-169): a failed group keeps those that it has. */
async function keysFor({ groups, secrets }: TaskGroupsDeps, { id, source: { cloud } }: StoredGroup, given: RetryOptions): Promise<TaskCredentials> {
  const sealed = await groups.sealedCredentials(id);
  const kept = sealed === undefined ? undefined : openCredentials(secrets, id, sealed);
  const destination = given.destination ?? kept?.destination;
  if (destination === undefined) throw new Error('a group that can be tried again has credentials');
  const cdnKey = given.cdnKey ?? kept?.cdnKey;
  return { source: cloud === 'URLSource' ? undefined : (given.source ?? kept?.source), destination, ...(cdnKey === undefined ? {} : { cdnKey }) };
}

interface Planned {
  readonly event: GroupEvent;
  readonly change?: Omit<GroupChange, 'to'>;
}

/** Reads the group and tries the change; somebody else may move it in between, then it is read again. */
async function moveGroup(deps: TaskGroupsDeps, project: ProjectId, id: string, action: GroupAction, plan: (group: StoredGroup) => Planned): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    const group = await requireGroup(deps, project, id);
    const { event, change } = plan(group);
    if (!(await deps.groups.move(group.id, group.state, { ...change, to: moved(action, group, event) }))) continue;
    deps.wakeSteward();
    return;
  }
  throw notAllowed(action, (await requireGroup(deps, project, id)).state);
}

function moved(action: GroupAction, group: StoredGroup, event: GroupEvent): GroupState {
  const to = nextGroupState(group.state, event);
  if (to === 'refused' || to === 'none') throw notAllowed(action, group.state);
  return to;
}

async function requireGroup({ groups }: TaskGroupsDeps, project: ProjectId, id: string): Promise<StoredGroup> {
  const group = await groups.find(project, id);
  if (group === undefined) throw noSuchGroup(id);
  return group;
}

function noSuchGroup(id: string): MigrationRefusal {
  return new MigrationRefusal({ kind: 'no-such-group', id });
}

function notAllowed(action: GroupAction, state: GroupState): MigrationRefusal {
  return new MigrationRefusal({ kind: 'not-allowed-for-group', action, state });
}

const nothing = { objects: 0, bytes: 0 };
const noNumbers: GroupNumbers = {
  tasks: { waiting: 0, executing: 0, paused: 0, failed: 0, succeeded: 0 },
  tally: { succeeded: nothing, skipped: nothing, failed: nothing },
  total: nothing,
  speed: 0,
  failuresListed: false,
  failedListError: undefined,
};

function showGroup(stored: StoredGroup, numbers: GroupNumbers = noNumbers): Group {
  const { id, project, description, source, listFiles, destination, options, bandwidth, notice, state, startedAt, error, noticeResult } = stored;
  return {
    id, project, description, source, listFiles, destination, options, bandwidth, notice, state, startedAt, error, noticeResult, numbers,
    activeMs: activeMsOf(stored.accumulatedMs, stored.runningSince, stored.readAt),
    toCreate: stored.split.over ? 0 : stored.split.left,
  };
}
