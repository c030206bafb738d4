/**
 * The shape of `haulier.yaml`. Each field's description says what is expected there: it is the sentence an error shows
 * and the line that `haulier serve --help` prints.
 */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { VolumesFile } from './volume-config.ts';

const positive = (what: string) => Type.Integer({ minimum: 1, maximum: 10_000, description: `a whole number from 1 to 10000: ${what}` });
const text = (description: string, pattern?: string) => Type.String({ minLength: 1, description, ...(pattern === undefined ? {} : { pattern }) });
const closed = { additionalProperties: false } as const;

const clouds = [
  'AWS', 'Azure', 'Aliyun', 'Tencent', 'HuaweiCloud', 'QingCloud', 'KingsoftCloud', 'Baidu', 'Qiniu', 'Google', 'UCloud', 'HEC', 'Local',
] as const;

export const region = Type.Object({
  cloud: Type.Enum([...clouds], { description: `one of ${clouds.join(', ')}` }),
  region: text('the name that tasks call this region by, e.g. my-store'),
  endpoint: text('https://host[:port] or http://host[:port]; for cloud Local file:///absolute/folder', '^(https?://[^/?#@\\s]+|file:///.*)$'),
  addressing: Type.Optional(Type.Enum(['path', 'virtual-host'], { description: 'path (default) or virtual-host' })),
  signature: Type.Optional(Type.Enum(['v4', 'v2', 'native'], { description: "v4 (default), v2, or native for the cloud's own" })),
  signingRegion: Type.Optional(text('the region name used in signatures, when it differs from region')),
  listVersion: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2)], { description: '2 (default) or 1, for stores without ListObjectsV2' })),
  caFile: Type.Optional(text('a PEM file with the certificate authority of this endpoint')),
  kmsKeyId: Type.Optional(text('the key that enable_kms encrypts with, for stores whose key service has no default')),
  description: Type.Optional(text('a line about this region for people')),
}, { ...closed, description: 'a region: cloud, region, endpoint and, if need be, addressing, signature, signingRegion, listVersion, caFile, kmsKeyId' });

export type ConfiguredRegion = Static<typeof region>;

const variable = (what: string) => text(`the name of the environment variable that holds ${what}`, '^[A-Za-z_][A-Za-z0-9_]*$');

const httpSubscriber = Type.Object({
  kind: Type.Literal('http'),
  endpoint: text('https://host[:port]/path of a receiver', '^https?://[^\\s]+$'),
}, { ...closed, description: 'kind http and endpoint' });

const smnSubscriber = Type.Object({
  kind: Type.Literal('smn'),
  endpoint: text('https://host of an SMN service', '^https?://[^/\\s]+$'),
  projectId: text('the project of the topic at the SMN service'),
  accessKeyVariable: variable('the access key'),
  secretKeyVariable: variable('the secret key'),
}, { ...closed, description: 'kind smn, endpoint, projectId, accessKeyVariable, secretKeyVariable' });

const topic = Type.Object({
  urn: text('urn:smn:region:project:name, as tasks call the topic', '^urn:smn:[^:\\s]*:[^:\\s]*:[^:\\s]+$'),
  subscribers: Type.Array(Type.Union([httpSubscriber, smnSubscriber], { description: 'a receiver: kind http with endpoint, or kind smn with endpoint, projectId, accessKeyVariable, secretKeyVariable' }), { minItems: 1, description: 'a list of at least one receiver' }),
}, { ...closed, description: 'a topic: urn and subscribers' });

const template = Type.Object({
  name: text('the message_template_name of tasks'),
  'en-us': Type.Optional(text('the English text; {Task_Name} and the other tags stand for values')),
  'zh-cn': Type.Optional(text('the Chinese text; {Task_Name} and the other tags stand for values')),
}, { ...closed, description: 'a template: name and a text for en-us, zh-cn or both' });

export const ConfigFile = Type.Object({
  listen: Type.Optional(text('host:port, e.g. 127.0.0.1:8642; port 0 takes a free one', '^(\\[[0-9A-Fa-f:.]+\\]|[^:\\s]+):[0-9]{1,5}$')),
  tls: Type.Optional(Type.Object({
    certificate: text('a PEM file with the certificate chain'),
    key: text('a PEM file with the private key'),
  }, { ...closed, description: 'certificate and key, both PEM files' })),
  proxies: Type.Optional(Type.Array(text('an IP address, or a network as 10.0.0.0/8'), { description: 'a list of the addresses of proxies in front, whose X-Forwarded headers are believed' })),
  data: Type.Optional(text('the data folder, e.g. /var/lib/haulier')),
  database: Type.Optional(text('postgres://user:password@host/name; without it Haulier runs a private PostgreSQL', '^postgres(ql)?://')),
  log: Type.Optional(Type.Object({
    level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], { description: 'trace, debug, info, warn, error or silent' }),
  }, { ...closed, description: 'level' })),
  zone: Type.Optional(text('an IANA time zone such as Europe/Berlin; bandwidth windows are in its local time')),
  tokens: Type.Optional(Type.Object({
    hours: Type.Integer({ minimum: 1, maximum: 24 * 30, description: 'hours until a token expires, 1 to 720 (default 24)' }),
  }, { ...closed, description: 'hours' })),
  worker: Type.Optional(Type.Object({
    tasks: Type.Optional(positive('migration tasks this machine works on at once (default 4)')),
    objects: Type.Optional(positive('objects in flight at once for each task (default 256)')),
    largeObjects: Type.Optional(positive('large objects in flight at once for each task (default 4)')),
    parts: Type.Optional(positive('parts of one large object in flight at once (default 4)')),
    ranges: Type.Optional(positive('stretches of buckets listed at once, shared out among the tasks; each has at least one (default 4)')),
  }, { ...closed, description: 'tasks, objects, largeObjects, parts, ranges' })),
  groups: Type.Optional(Type.Object({
    objects: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000_000, description: 'a whole number from 1 to 100000000: objects one task of a task group is given at most (default 100000)' })),
    gigabytes: Type.Optional(positive('gigabytes one task of a task group is given at most (default 500)')),
  }, { ...closed, description: 'objects, gigabytes' })),
  servers: Type.Optional(Type.Object({
    silentSeconds: Type.Optional(Type.Integer({ minimum: 15, maximum: 86_400, description: 'seconds after which an agent that says nothing is not connected, 15 to 86400 (default 60)' })),
  }, { ...closed, description: 'silentSeconds' })),
  regions: Type.Optional(Type.Array(region, { description: 'a list of regions, each with cloud, region and endpoint' })),
  volumes: Type.Optional(VolumesFile),
  topics: Type.Optional(Type.Array(topic, { description: 'a list of topics for messages about the end of tasks, each with urn and subscribers' })),
  templates: Type.Optional(Type.Array(template, { description: 'a list of message templates, each with name, en-us and zh-cn' })),
}, { ...closed, description: 'listen, tls, proxies, data, database, log, zone, tokens, worker, groups, servers, regions, volumes, topics and templates' });

export type ConfigFile = Static<typeof ConfigFile>;
