/** The provider of a cloud that speaks S3, from what its dialect differs in. */
import { readFileSync } from 'node:fs';
import { StoreFailure } from '../../object-store/failure.ts';
import type { StorageTier } from '../../object-store/storage-tier.ts';
import type { BucketOptions, CloudProvider } from '../cloud-provider.ts';
import type { RegionEntry } from '../region-catalogue.ts';
import type { S3Config } from './s3-config.ts';
import { createS3Store } from './s3-store.ts';

/** What may differ between S3-compatible clouds. Everything absent is as at Amazon. */
export interface S3Dialect {
  /** Settings of the data plane that hold for every bucket of the cloud. */
  readonly config?: Partial<Pick<S3Config, 'payloadSigning' | 'crc64Header' | 'listVersion' | 'traits'>>;
  readonly storageClasses: CloudProvider['storageClasses'];
  readonly classOf: Readonly<Partial<Record<StorageTier, string>>>;
  readonly kms: boolean;
  readonly requesterPays: boolean;
  /** The name of a bucket on the wire. */
  readonly bucketName?: (bucket: string, options: BucketOptions) => string;
  /** More of the configuration, by the region's entry. */
  readonly configOf?: (entry: RegionEntry) => Partial<S3Config>;
}

export function s3Provider(dialect: S3Dialect): CloudProvider {
  return {
    openStore: (entry, options) => createS3Store(configOf(dialect, entry, options)),
    storageClasses: dialect.storageClasses,
    classOf: (tier) => dialect.classOf[tier],
    kms: dialect.kms,
    requesterPays: dialect.requesterPays,
  };
}

function configOf(dialect: S3Dialect, entry: RegionEntry, options: BucketOptions): S3Config {
  const { bucket, credentials, requesterPays, runtime } = options;
  if (credentials === undefined || credentials.accessKey === '' || credentials.secretKey === '') throw new StoreFailure('bad-credentials', `${entry.cloud} needs an access key`);
  const { accessKey, secretKey, securityToken } = credentials;
  return {
    endpoint: entry.endpoint,
    region: entry.signingRegion ?? entry.region,
    addressing: entry.addressing,
    signature: entry.signature,
    bucket: dialect.bucketName?.(bucket, options) ?? bucket,
    credentials: { accessKey, secretKey, ...(securityToken === undefined ? {} : { securityToken }) },
    ...(entry.caFile === undefined ? {} : { ca: readCa(entry.caFile) }),
    ...(requesterPays === undefined ? {} : { requesterPays }),
    now: () => runtime.clock.now(),
    ...dialect.config,
    ...dialect.configOf?.(entry),
    ...(entry.listVersion === undefined ? {} : { listVersion: entry.listVersion }),
  };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StoreFailure('unreachable', `the CA file ${file} cannot be read`, { cause });
  }
}
