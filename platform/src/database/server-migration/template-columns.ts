/** What is kept of templates and migration projects as JSON. */
import { keptJson, type KeptJson } from '@haulier/lib/kept-json/kept-json.ts';
import { Type } from 'typebox';
import type { MigrationProjectSettings } from '../../server-migration/migration-project.ts';
import type { TemplateSettings } from '../../server-migration/template.ts';
import { int64 } from './column-fields.ts';

const network = { id: Type.String(), name: Type.String(), cidr: Type.String() };

export const templateColumn: KeptJson<TemplateSettings> = keptJson('server_template.settings', Type.Object({
  name: Type.String(),
  general: Type.Boolean(),
  region: Type.Optional(Type.String()),
  project: Type.Optional(Type.String()),
  targetServerName: Type.Optional(Type.String()),
  availabilityZone: Type.Optional(Type.String()),
  volumeType: Type.Optional(Type.String()),
  dataVolumeType: Type.Optional(Type.String()),
  flavor: Type.Optional(Type.String()),
  image: Type.Optional(Type.String()),
  vpc: Type.Optional(Type.Object(network)),
  nics: Type.Optional(Type.Array(Type.Object({ ...network, ip: Type.Optional(Type.String()) }))),
  securityGroups: Type.Optional(Type.Array(Type.Object({ id: Type.String(), name: Type.String() }))),
  publicIp: Type.Optional(Type.Object({ type: Type.String(), bandwidth: Type.Number(), shareType: Type.Optional(Type.String()) })),
  disks: Type.Optional(Type.Array(Type.Object({
    id: Type.Optional(Type.Number()), index: Type.Number(), name: Type.String(), type: Type.String(), size: int64, use: Type.Optional(Type.String()),
  }))),
}));

/** The name has a column of its own. */
export const projectColumn: KeptJson<Omit<MigrationProjectSettings, 'name'>> = keptJson('server_migration_project.settings', Type.Object({
  description: Type.String(), region: Type.String(), type: Type.Enum(['MIGRATE_FILE', 'MIGRATE_BLOCK']), startTargetServer: Type.Boolean(), speedLimit: Type.Number(),
  usePublicIp: Type.Boolean(), existServer: Type.Boolean(), syncing: Type.Boolean(), startNetworkCheck: Type.Boolean(), enterpriseProject: Type.String(),
}));
