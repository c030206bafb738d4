/** The port to the kept sources and their orders. Whatever is of another domain is not there. Each change is one transaction. */
import type { Listed, Page, SourceFilter, SourceWithTask } from './server-migration.ts';
import type { AgentCommand, CommandResult, DomainId, Facts, Inspected, Overview, Registration, ServerTaskId, SourceId, TaskAction } from './server.ts';
import type { Told } from './server-life-cycle.ts';

export interface SourceRepository {
  /**
   * Updates the source of `registration.id`, or else the newest of the same machine that is not being deleted, or else keeps
   * it as `fresh`; then its checks decide. Two registrations of one machine at once make one source.
   * @param machine by what it is known again; undefined: not at all
   */
  register(domain: DomainId, registration: Registration, machine: string | undefined, fresh: SourceId): Promise<SourceId>;
  find(domain: DomainId, id: SourceId): Promise<SourceWithTask | undefined>;
  /** Newest first; items and count are of one moment. */
  list(domain: DomainId, filter: SourceFilter): Promise<Listed<SourceWithTask>>;
  /** Whose task has failed; the latest failure first. */
  failures(domain: DomainId, filter: Page & { readonly enterpriseProject?: string }): Promise<Listed<FailedSource>>;
  overview(domain: DomainId, enterpriseProject: string | undefined): Promise<Overview>;
  update(domain: DomainId, id: SourceId, change: SourceChange): Promise<'done' | 'absent' | 'no-such-project'>;
  /** False: not there. */
  setDiskInfo(domain: DomainId, id: SourceId, facts: Facts, storage: InspectedStorage): Promise<boolean>;
  /** changestate. False: not there. */
  tell(domain: DomainId, id: SourceId, told: Told): Promise<boolean>;
  /** All or none; throws ServerRefusal. */
  remove(domain: DomainId, ids: readonly SourceId[]): Promise<void>;
  /** `absent`: no such source. Undefined: it works, and there is nothing else to do. */
  nextCommand(domain: DomainId, id: SourceId): Promise<AgentCommand | 'absent' | undefined>;
  /** False: no such source. */
  takeResult(domain: DomainId, id: SourceId, result: CommandResult): Promise<boolean>;
}

export type InspectedStorage = Partial<Pick<Inspected, 'disks' | 'volumeGroups' | 'btrfs'>>;

/** What is absent stays, also of a plan. */
export interface SourceChange {
  readonly name?: string;
  readonly migrationProject?: string;
  readonly plan?: Facts;
}

export interface FailedSource extends SourceWithTask {
  readonly error: string;
}

/** What an action brings along. */
export interface ActionDetail {
  readonly cloneTemplate?: string;
  readonly consistencyCheck?: boolean;
}

/** What befalls tasks as wholes. */
export interface TaskActionRepository {
  /** One transaction; throws ServerRefusal. */
  act(domain: DomainId, id: ServerTaskId, action: TaskAction, detail: ActionDetail): Promise<void>;
  /** All or none; throws ServerRefusal. */
  remove(domain: DomainId, ids: readonly ServerTaskId[]): Promise<void>;
}
