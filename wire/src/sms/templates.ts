/** Templates of target servers, as "Creating a Template" and its neighbours have them (2026-01). Bodies are wrapped in `template`. */
import { Type, type Static } from 'typebox';
import { Int64 } from '../int64.ts';
import { pageFields } from './page.ts';

const text = (what: string, maxLength = 255) => Type.String({ maxLength, description: `${what}: text of at most ${maxLength} characters` });
const list = <const T extends Parameters<typeof Type.Array>[0]>(item: T, what: string) => Type.Array(item, { maxItems: 65_535, description: `a list of ${what}` });

const Vpc = Type.Object({
  id: Type.Optional(text('the ID of a VPC, or autoCreate')),
  name: Type.Optional(text('the name of a VPC')),
  cidr: Type.Optional(text('a CIDR')),
}, { description: 'an object' });

const Nic = Type.Object({
  id: text('the ID of a subnet, or autoCreate'),
  name: text('the name of a subnet'),
  cidr: text('a CIDR'),
  ip: Type.Optional(text('an IP address')),
}, { description: 'an object' });

const SecurityGroup = Type.Object({ id: text('the ID of a security group, or autoCreate'), name: text('the name of a security group') }, { description: 'an object' });

const PublicIp = Type.Object({
  type: text('the type of an EIP'),
  bandwidth_size: Type.Integer({ minimum: 1, maximum: 2000, description: 'a whole number of Mbit/s from 1 to 2000' }),
  bandwidth_share_type: Type.Optional(text('how the bandwidth is shared')),
}, { description: 'an object' });

const Disk = Type.Object({
  id: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647, description: 'a whole number from 0 to 2147483647' })),
  index: Type.Integer({ minimum: 0, maximum: 2_147_483_647, description: 'a whole number from 0 to 2147483647' }),
  name: text('the name of a disk'),
  disktype: text('a disk type'),
  size: Int64('a whole number of GB from 0 to 9223372036854775807'),
  device_use: Type.Optional(text('what the disk is used for')),
}, { description: 'an object' });

/** Chinese characters as the documents allow them are those of Unicode's Han script. */
const name = Type.String({ minLength: 1, maxLength: 64, pattern: '^[\\p{Script=Han}A-Za-z0-9_-]+$', description: 'a name of 1 to 64 Chinese characters, letters, digits, _ and -' });

const optional = {
  is_template: Type.Boolean({ description: 'true or false: whether the template is general' }),
  region: text('a region'),
  projectid: text('a project ID'),
  target_server_name: text('the name of the target'),
  availability_zone: text('an availability zone'),
  /** Names of disk types are those of the cloud (SAS, SSD, SATA and newer ones), so any is taken. */
  volumetype: text('a disk type'),
  flavor: text('a flavor', 65_535),
  vpc: Vpc,
  nics: list(Nic, 'NICs'),
  security_groups: list(SecurityGroup, 'security groups'),
  publicip: PublicIp,
  disk: list(Disk, 'disks'),
  data_volume_type: text('a disk type'),
  target_password: text('a password', 1024),
  image_id: text('the ID of an image'),
};

export const TemplateRequest = Type.Object({ template: Type.Object({ name, ...Type.Partial(Type.Object(optional)).properties }, { description: 'an object' }) }, { description: 'a JSON object' });
export type TemplateRequest = Static<typeof TemplateRequest>;

/** `is_template` is text in answers. The password is never in them: `target_password`, which the documents have, is empty. */
export const TemplateAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  is_template: Type.Enum(['true', 'false']),
  region: Type.String(),
  projectid: Type.String(),
  target_server_name: Type.String(),
  availability_zone: Type.String(),
  volumetype: Type.String(),
  flavor: Type.String(),
  vpc: Type.Union([Vpc, Type.Null()]),
  nics: Type.Array(Nic),
  security_groups: Type.Array(SecurityGroup),
  publicip: Type.Union([PublicIp, Type.Null()]),
  disk: Type.Array(Disk),
  data_volume_type: Type.String(),
  target_password: Type.Literal(''),
  image_id: Type.String(),
});
export type TemplateAnswer = Static<typeof TemplateAnswer>;

export const ShowTemplateAnswer = Type.Object({ template: TemplateAnswer });
export const TemplateList = Type.Object({ count: Type.Integer(), templates: Type.Array(TemplateAnswer) });
export type TemplateList = Static<typeof TemplateList>;

export const ListTemplatesQuery = Type.Object({
  name: Type.Optional(text('part of a name')),
  availability_zone: Type.Optional(text('an availability zone')),
  region: Type.Optional(text('a region')),
  ...pageFields(100),
  id: Type.Optional(text('a template ID')),
}, { description: 'query parameters' });
export type ListTemplatesQuery = Static<typeof ListTemplatesQuery>;

export const DeleteTemplates = Type.Object({ ids: Type.Array(text('a template ID'), { minItems: 1, maxItems: 65_535, description: 'a list of template IDs' }) }, { description: 'a JSON object' });
export type DeleteTemplates = Static<typeof DeleteTemplates>;

export const TemplateParams = Type.Object({ id: Type.String() });
export type TemplateParams = Static<typeof TemplateParams>;

export const TargetPasswordAnswer = Type.Object({ template_id: Type.String(), target_password: Type.String() });
export type TargetPasswordAnswer = Static<typeof TargetPasswordAnswer>;
