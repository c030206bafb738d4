/** The options that tasks and task groups have in common, as fields of the requests of sections 5.2.3 and 5.4.2. */
import type { BandwidthPolicyDto } from '@haulier/wire/oms/bandwidth-policy.ts';
import type { CreateTaskReq, SmnConfig, SourceCdnReq } from '@haulier/wire/oms/create-task.ts';
import {
  cdnProtocols, type CdnAuthenticationType, type ConsistencyCheck, type DstStoragePolicy, type ObjectOverwriteMode, type SmnLanguage,
} from '@haulier/wire/oms/task-enums.ts';
import { parseBytes } from '../units.ts';
import { UsageError } from '../usage-error.ts';

export interface MigrationFlags extends NotifyFlags, CdnFlags {
  readonly description?: string;
  readonly overwrite?: ObjectOverwriteMode;
  readonly check?: ConsistencyCheck;
  readonly since?: string;
  readonly bandwidth?: readonly string[];
  readonly metadata: boolean;
  readonly records: boolean;
  readonly storageClass?: DstStoragePolicy;
  readonly restore?: true;
  readonly kms?: true;
  readonly requesterPays?: true;
}

interface NotifyFlags {
  readonly notify?: string;
  readonly notifyOn?: NotifyOn;
  readonly notifyLanguage?: SmnLanguage;
  readonly notifyTemplate?: string;
}

export interface CdnFlags {
  readonly cdn?: string;
  readonly cdnAuth?: CdnAuthenticationType;
}

const triggers = { success: ['SUCCESS'], failure: ['FAILURE'], both: ['SUCCESS', 'FAILURE'] } as const;
type NotifyOn = keyof typeof triggers;
export const notifyEnds: readonly string[] = Object.keys(triggers);

type SharedField =
  | 'enable_metadata_migration' | 'enable_failed_object_recording' | 'description' | 'migrate_since' | 'object_overwrite_mode' | 'consistency_check'
  | 'dst_storage_policy' | 'enable_restore' | 'enable_kms' | 'enable_requester_pays' | 'bandwidth_policy' | 'smn_config';

/** All but the CDN, which takes a key. Throws UsageError. */
export function migrationFields(flags: MigrationFlags): Pick<CreateTaskReq, SharedField> {
  const notice = smnConfig(flags);
  return {
    enable_metadata_migration: flags.metadata,
    enable_failed_object_recording: flags.records,
    ...(flags.description === undefined ? {} : { description: flags.description }),
    ...(flags.since === undefined ? {} : { migrate_since: parseSince(flags.since) }),
    ...(flags.bandwidth === undefined ? {} : { bandwidth_policy: flags.bandwidth.map(parseBandwidth) }),
    ...(notice === undefined ? {} : { smn_config: notice }),
    ...(flags.overwrite === undefined ? {} : { object_overwrite_mode: flags.overwrite }),
    ...(flags.check === undefined ? {} : { consistency_check: flags.check }),
    ...(flags.storageClass === undefined ? {} : { dst_storage_policy: flags.storageClass }),
    ...(flags.restore === undefined ? {} : { enable_restore: true }),
    ...(flags.kms === undefined ? {} : { enable_kms: true }),
    ...(flags.requesterPays === undefined ? {} : { enable_requester_pays: true }),
  };
}

/** Without a time zone a date is a day of UTC. Throws UsageError. */
function parseSince(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UsageError(`--since: expected a date or time such as 2026-01-31T08:00:00Z, not "${text}"`);
  return Math.floor(time / 1000);
}

/** `RATE` for the whole day, or `HH:MM-HH:MM=RATE`. Throws UsageError; which rates and periods are allowed, the server says. */
export function parseBandwidth(text: string): BandwidthPolicyDto {
  const [, start = '00:00', end = '23:59', rate = ''] = /^(?:([^-=]*)-([^-=]*)=)?([^=]*)$/.exec(text) ?? [];
  const bytes = parseBytes(rate);
  const isTime = (time: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(time);
  if (bytes === undefined || !isTime(start) || !isTime(end)) throw new UsageError(`--bandwidth: expected bytes per second such as 20M, or 08:00-17:59=5M, not "${text}"`);
  return { start, end, max_bandwidth: bytes };
}

function smnConfig({ notify, notifyOn, notifyLanguage, notifyTemplate }: NotifyFlags): SmnConfig | undefined {
  if (notify === undefined) {
    if ((notifyOn ?? notifyLanguage ?? notifyTemplate) !== undefined) throw new UsageError('--notify-on, --notify-language and --notify-template go with --notify, which names the topic');
    return undefined;
  }
  return {
    topic_urn: notify,
    trigger_conditions: [...triggers[notifyOn ?? 'both']],
    ...(notifyLanguage === undefined ? {} : { language: notifyLanguage }),
    ...(notifyTemplate === undefined ? {} : { message_template_name: notifyTemplate }),
  };
}

/** The CDN without its key; undefined for none. Throws UsageError. */
export function sourceCdn({ cdn, cdnAuth }: CdnFlags): Omit<SourceCdnReq, 'authentication_key'> | undefined {
  if (cdn === undefined) {
    if (cdnAuth !== undefined) throw new UsageError('--cdn-auth goes with --cdn, which names the CDN');
    return undefined;
  }
  const url = URL.canParse(cdn) ? new URL(cdn) : undefined;
  const protocol = cdnProtocols.find((known) => url?.protocol === `${known}:`);
  if (url === undefined || protocol === undefined || cdn.replace(/\/$/, '').toLowerCase() !== `${protocol}://${url.host}`) {
    throw new UsageError(`--cdn: expected https://HOST or http://HOST, not "${cdn}"`);
  }
  return { domain: url.host, protocol, authentication_type: cdnAuth ?? 'NONE' };
}

/** Types that need no key, or sign with the access key of the source. */
const keylessTypes: ReadonlySet<CdnAuthenticationType> = new Set(['NONE', 'QINIU_PRIVATE_AUTHENTICATION', 'KSYUN_PRIVATE_AUTHENTICATION']);

export function cdnTakesKey({ authentication_type: type }: Pick<SourceCdnReq, 'authentication_type'>): boolean {
  return !keylessTypes.has(type);
}
