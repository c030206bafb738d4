/** Templates of the servers that are created as targets: flavor, networks, disks. The password of a target is sealed at rest and shown by its own question alone. */
import { isUuid } from '@haulier/lib/uuid/uuid.ts';
import type { Listed, Page } from './server-migration.ts';
import type { DomainId, Int64, Tenant } from './server.ts';

declare const brand: unique symbol;
/** A UUID in lower case. */
export type TemplateId = string & { readonly [brand]: 'TemplateId' };

/** Of an object that is there already, or `autoCreate`. */
export interface TemplateNetwork {
  readonly id: string;
  readonly name: string;
  readonly cidr: string;
}

export interface TemplateNic extends TemplateNetwork {
  readonly ip: string | undefined;
}

export interface TemplatePublicIp {
  readonly type: string;
  /** Mbit/s. */
  readonly bandwidth: number;
  readonly shareType: string | undefined;
}

export interface TemplateDisk {
  readonly id: number | undefined;
  /** From 0. */
  readonly index: number;
  readonly name: string;
  readonly type: string;
  /** GB. */
  readonly size: Int64;
  readonly use: string | undefined;
}

/** What is undefined has not been told. */
export interface TemplateSettings {
  readonly name: string;
  /** Meant for more than one task. */
  readonly general: boolean;
  readonly region: string | undefined;
  readonly project: string | undefined;
  readonly targetServerName: string | undefined;
  readonly availabilityZone: string | undefined;
  readonly volumeType: string | undefined;
  readonly dataVolumeType: string | undefined;
  readonly flavor: string | undefined;
  readonly image: string | undefined;
  readonly vpc: TemplateNetwork | undefined;
  readonly nics: readonly TemplateNic[] | undefined;
  readonly securityGroups: readonly { readonly id: string; readonly name: string }[] | undefined;
  readonly publicIp: TemplatePublicIp | undefined;
  readonly disks: readonly TemplateDisk[] | undefined;
}

export interface Template extends TemplateSettings {
  readonly id: TemplateId;
}

/** What is absent is not looked at. */
export interface TemplateFilter extends Page {
  /** Anywhere in the name, case aside. */
  readonly name?: string;
  readonly id?: string;
  readonly region?: string;
  readonly availabilityZone?: string;
}

/** The use cases. Each throws `ServerRefusal`, and changes nothing then: no-such-template. */
export interface ServerTemplates {
  create(tenant: Tenant, settings: TemplateSettings, password: string | undefined): Promise<TemplateId>;
  show(tenant: Tenant, id: string): Promise<Template>;
  /** Newest first. */
  list(tenant: Tenant, filter: TemplateFilter): Promise<Listed<Template>>;
  /** What is undefined stays as it is, the password too. */
  update(tenant: Tenant, id: string, settings: Partial<TemplateSettings>, password: string | undefined): Promise<void>;
  /** All of them or none. */
  remove(tenant: Tenant, ids: readonly string[]): Promise<void>;
  /** Empty when the template has none. */
  password(tenant: Tenant, id: string): Promise<string>;
}

/** The port to the kept templates. */
export interface TemplateRepository {
  insert(domain: DomainId, template: Template, sealedPassword: Uint8Array | undefined): Promise<void>;
  find(domain: DomainId, id: TemplateId): Promise<Template | undefined>;
  list(domain: DomainId, filter: TemplateFilter): Promise<Listed<Template>>;
  /** False when it is not there. Two updates at once are both in the result. */
  update(domain: DomainId, id: TemplateId, settings: Partial<TemplateSettings>, sealedPassword: Uint8Array | undefined): Promise<boolean>;
  /** Removes all or nothing; returns the ids that are not there. */
  remove(domain: DomainId, ids: readonly TemplateId[]): Promise<readonly TemplateId[]>;
  /** Undefined when the template is not there; `sealed` undefined when it has no password. */
  password(domain: DomainId, id: TemplateId): Promise<{ readonly sealed: Uint8Array | undefined } | undefined>;
}

/** Whether a template can have this id. */
export function isTemplateId(text: string): text is TemplateId {
  return isUuid(text);
}

/** @throws RangeError for a text that is no template's id. */
export function templateId(text: string): TemplateId {
  if (!isTemplateId(text)) throw new RangeError(`${text} is not the id of a template`);
  return text;
}
