/** The keys that a task or a task group is created with, and those that it is given anew at its start. */
import type { StartTaskReq } from '@haulier/wire/oms/change-task.ts';
import type { CdnAuthenticationType } from '@haulier/wire/oms/task-enums.ts';
import { embeddedRegion } from '../../providers/built-in-regions.ts';
import { cdnTakesKey, sourceCdn, type CdnFlags } from './migration-fields.ts';
import { findCdnKey, findStoreKeys, type StoreFlags } from './store-keys.ts';
import { destinationKeys, sourceKeys, type MigrationKeys, type TaskPlace, type TaskSource } from './task-request.ts';

export async function findMigrationKeys(source: TaskSource, destination: TaskPlace, flags: StoreFlags & CdnFlags): Promise<MigrationKeys> {
  const src = source.kind === 'urls' ? undefined : await findStoreKeys('src', source.place, flags);
  const dst = await findStoreKeys('dst', destination, flags);
  return { src, dst, cdn: await keyOfCdn(sourceCdn(flags), flags) };
}

/** What an answer tells of a task, or of a task group. */
export interface ShownMigration {
  readonly src_node: { readonly cloud_type: string; readonly region: string; readonly bucket: string };
  readonly dst_node: { readonly region: string; readonly bucket: string };
  readonly source_cdn?: { readonly domain: string; readonly authentication_type: CdnAuthenticationType } | null;
}

/** Tables 5-54 and 5-164. */
export async function keysOfTask({ src_node: from, dst_node: to, source_cdn: cdn }: ShownMigration, flags: StoreFlags): Promise<StartTaskReq> {
  const fromUrls = from.cloud_type.toLowerCase() === 'urlsource';
  const src = sourceKeys(fromUrls ? undefined : await findStoreKeys('src', { cloud: from.cloud_type, region: from.region, bucket: from.bucket, prefix: '' }, flags));
  const dst = destinationKeys(await findStoreKeys('dst', { cloud: to.region === embeddedRegion ? 'local' : 'hec', region: to.region, bucket: to.bucket, prefix: '' }, flags));
  const cdnKey = await keyOfCdn(cdn ?? undefined, flags);
  return {
    // A key file or a connection string comes without them.
    ...(src.ak === undefined || src.ak === '' ? {} : { src_ak: src.ak }),
    ...(src.sk === undefined || src.sk === '' ? {} : { src_sk: src.sk }),
    ...(src.security_token === undefined ? {} : { src_security_token: src.security_token }),
    ...(src.json_auth_file === undefined ? {} : { json_auth_file: src.json_auth_file }),
    ...(src.connection_string === undefined ? {} : { connection_string: src.connection_string }),
    dst_ak: dst.ak, dst_sk: dst.sk, ...(dst.security_token === undefined ? {} : { dst_security_token: dst.security_token }),
    ...(cdnKey === undefined ? {} : { source_cdn_authentication_key: cdnKey }),
  };
}

async function keyOfCdn(cdn: ShownMigration['source_cdn'], flags: StoreFlags): Promise<string | undefined> {
  return cdn === undefined || cdn === null || !cdnTakesKey(cdn) ? undefined : findCdnKey(cdn.domain, flags);
}
