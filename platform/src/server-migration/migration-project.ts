/**
 * Migration projects: what a domain's servers are grouped by, with the settings that their tasks are meant to have. Each
 * domain has exactly one default project from the first look on; a server that registers without a project belongs to it.
 */
import { isUuid } from '@haulier/lib/uuid/uuid.ts';
import type { Listed, Page } from './server-migration.ts';
import type { DomainId, MigrationType, Tenant } from './server.ts';

declare const brand: unique symbol;
/** A UUID in lower case. */
export type MigrationProjectId = string & { readonly [brand]: 'MigrationProjectId' };

export interface MigrationProjectSettings {
  /** Unique in its domain. */
  readonly name: string;
  readonly description: string;
  readonly region: string;
  readonly type: MigrationType;
  readonly startTargetServer: boolean;
  /** Mbit/s; 0: no limit. */
  readonly speedLimit: number;
  readonly usePublicIp: boolean;
  readonly existServer: boolean;
  readonly syncing: boolean;
  readonly startNetworkCheck: boolean;
  readonly enterpriseProject: string;
}

export interface MigrationProject extends MigrationProjectSettings {
  readonly id: MigrationProjectId;
  readonly isDefault: boolean;
}

/** `isDefault` true moves the mark here; false does nothing but on the default project, which is refused. */
export type MigrationProjectChange = Partial<MigrationProjectSettings> & { readonly isDefault?: boolean };

/** The use cases. Each throws `ServerRefusal`, and changes nothing then: no-such-project, name-taken, default-project, project-has-servers. */
export interface MigrationProjects {
  create(tenant: Tenant, settings: MigrationProjectSettings, isDefault: boolean): Promise<MigrationProjectId>;
  /** Oldest first, so the domain's first project comes first. */
  list(tenant: Tenant, page: Page): Promise<Listed<MigrationProject>>;
  show(tenant: Tenant, id: string): Promise<MigrationProject>;
  update(tenant: Tenant, id: string, change: MigrationProjectChange): Promise<void>;
  makeDefault(tenant: Tenant, id: string): Promise<void>;
  remove(tenant: Tenant, id: string): Promise<void>;
}

/**
 * The port to the kept projects. Every call finds a default project of the domain, or makes it first with `initial`; changes of one
 * domain's projects come one after the other.
 */
export interface MigrationProjectRepository {
  insert(domain: DomainId, project: MigrationProject): Promise<'done' | 'name-taken'>;
  list(domain: DomainId, page: Page): Promise<Listed<MigrationProject>>;
  find(domain: DomainId, id: MigrationProjectId): Promise<MigrationProject | undefined>;
  update(domain: DomainId, id: MigrationProjectId, change: MigrationProjectChange): Promise<'done' | 'absent' | 'name-taken' | 'is-default'>;
  /** A server that registers meanwhile is either seen, or finds that its project is gone. */
  remove(domain: DomainId, id: MigrationProjectId): Promise<'done' | 'absent' | 'is-default' | 'has-servers'>;
}

/**
 * What a domain begins with. The name is the one that the public Terraform provider's tests expect of a new account; that the
 * other values are the service's own is not confirmed.
 */
export const firstProject: MigrationProjectSettings = {
  name: 'SystemProject',
  description: '',
  region: '',
  type: 'MIGRATE_BLOCK',
  startTargetServer: true,
  speedLimit: 0,
  usePublicIp: true,
  existServer: true,
  syncing: false,
  startNetworkCheck: false,
  enterpriseProject: '0',
};

/** Whether a project can have this id. */
export function isMigrationProjectId(text: string): text is MigrationProjectId {
  return isUuid(text);
}

/** @throws RangeError for a text that is no project's id. */
export function migrationProjectId(text: string): MigrationProjectId {
  if (!isMigrationProjectId(text)) throw new RangeError(`${text} is not the id of a migration project`);
  return text;
}
