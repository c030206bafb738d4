/** Migration projects, as "Creating a Migration Project" and its neighbours have them (2026-01). */
import { Type, type Static } from 'typebox';
import { migrationTypes } from './enums.ts';
import { oneOf } from './fields.ts';

const flag = (what: string) => Type.Boolean({ description: `true or false: ${what}` });

const fields = {
  name: Type.String({ minLength: 1, maxLength: 100, description: 'a name of 1 to 100 characters, unique among the migration projects' }),
  description: Type.String({ maxLength: 255, description: 'text of at most 255 characters' }),
  isdefault: flag('whether it is the default migration project'),
  region: Type.String({ maxLength: 100, description: 'the name of a region, at most 100 characters' }),
  start_target_server: flag('whether targets are started after the migration'),
  speed_limit: Type.Integer({ minimum: 0, maximum: 1000, description: 'a whole number of Mbit/s from 0 (no limit) to 1000' }),
  use_public_ip: flag('whether a public IP address is used'),
  exist_server: flag('whether targets are servers that exist'),
  type: oneOf('what is copied', migrationTypes),
  enterprise_project: Type.String({ maxLength: 255, description: 'an enterprise project, at most 255 characters' }),
  syncing: flag('whether tasks go on synchronising after the full copy'),
  start_network_check: flag('whether the network is measured first'),
};

const { name, region, type, ...others } = fields;

/** PUT /v3/migprojects/{mig_project_id}: what is absent stays as it is. */
export const ChangeMigrationProject = Type.Partial(Type.Object(fields), { description: 'a JSON object' });
export type ChangeMigrationProject = Static<typeof ChangeMigrationProject>;

/** POST /v3/migprojects */
export const CreateMigrationProject = Type.Object({ name, region, type, ...Type.Partial(Type.Object(others)).properties }, { description: 'a JSON object' });
export type CreateMigrationProject = Static<typeof CreateMigrationProject>;

export const MigrationProjectAnswer = Type.Object({ id: Type.String(), ...fields });
export type MigrationProjectAnswer = Static<typeof MigrationProjectAnswer>;

export const MigrationProjectList = Type.Object({ count: Type.Integer(), migprojects: Type.Array(MigrationProjectAnswer) });
export type MigrationProjectList = Static<typeof MigrationProjectList>;

export const MigrationProjectParams = Type.Object({ mig_project_id: Type.String() });
export type MigrationProjectParams = Static<typeof MigrationProjectParams>;
