/** The provider of a cloud that speaks S3, from what its dialect differs in. */
import { StoreFailure } from '../../object-store/failure.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import type { StorageTier } from '../../object-store/storage-tier.ts';
import { isBuiltIn } from '../built-in-regions.ts';
import type { AccountOptions, BucketOptions, CloudProvider } from '../cloud-provider.ts';
import type { RegionEntry } from '../region-catalogue.ts';
import { readCa } from './ca-file.ts';
import { createS3Account, type RegionNaming } from './s3-account.ts';
import type { S3Config } from './s3-config.ts';
import { createS3Store } from './s3-store.ts';
import { amazonHeaders, amazonVocabulary, type ObjectHeaders } from './vocabulary.ts';

/** What goes over the wire. */
export interface S3Protocol extends Pick<S3Config, 'payloadSigning' | 'listVersion' | 'listEncoding' | 'traits' | 'limits' | 'signerOf' | 'errorKinds' | 'restore'>, Partial<Omit<ObjectHeaders, 'archives'>> {}

/** What may differ between S3-compatible clouds. Everything absent is as at Amazon. */
export interface S3Dialect {
  /** What holds for every bucket of the cloud. */
  readonly config?: S3Protocol;
  /** The cloud's own protocol, for regions whose signature is `native`: what is here comes in place of `config`'s. */
  readonly native?: S3Protocol;
  readonly storageClasses: CloudProvider['storageClasses'];
  readonly classOf: Readonly<Partial<Record<StorageTier, string>>>;
  readonly kms: boolean;
  readonly requesterPays: boolean;
  /** False where the cloud takes none; they are refused then. */
  readonly temporaryCredentials?: false;
  /** The name of a bucket on the wire. */
  readonly bucketName?: (bucket: string, options: BucketOptions) => string;
  /** More of the configuration, by the region's entry. */
  readonly configOf?: (entry: RegionEntry) => Partial<S3Config>;
  /** What the cloud does beside S3, put around the store that speaks it. */
  readonly around?: (store: ObjectStore, config: S3Config) => ObjectStore;
  /** Where the list of all buckets is asked for, when that is not the region's own endpoint. */
  readonly accountEndpoint?: (entry: RegionEntry) => string;
  /** The catalogue's name of what the cloud calls a location. Absent: at a built-in endpoint they are the same. */
  readonly regionName?: (location: string, entry: RegionEntry) => string | undefined;
}

export function s3Provider(dialect: S3Dialect): CloudProvider & Required<Pick<CloudProvider, 'openAccount'>> {
  return {
    openStore: (entry, options) => {
      const config = configOf(dialect, entry, options);
      const store = createS3Store(config);
      return dialect.around?.(store, config) ?? store;
    },
    openAccount: (entry, options) => createS3Account((bucket) => accountConfig(dialect, entry, { ...options, bucket }), namingOf(dialect, entry)),
    storageClasses: dialect.storageClasses,
    classOf: (tier) => dialect.classOf[tier],
    kms: dialect.kms,
    requesterPays: dialect.requesterPays,
  };
}

function accountConfig(dialect: S3Dialect, entry: RegionEntry, options: AccountOptions & { readonly bucket: string }): S3Config {
  const config = configOf(dialect, entry, options);
  return options.bucket !== '' || dialect.accountEndpoint === undefined ? config : { ...config, endpoint: dialect.accountEndpoint(entry) };
}

function namingOf({ regionName = sameName }: S3Dialect, entry: RegionEntry): RegionNaming {
  return {
    home: entry.region,
    nameOf: (location) => (location !== '' && location === entry.signingRegion ? entry.region : regionName(location, entry)),
  };
}

function sameName(location: string, entry: RegionEntry): string | undefined {
  return location !== '' && (location === entry.region || isBuiltIn(entry)) ? location : undefined;
}

function configOf(dialect: S3Dialect, entry: RegionEntry, options: BucketOptions): S3Config {
  const { bucket, credentials, requesterPays, runtime } = options;
  if (credentials === undefined || credentials.accessKey === '' || credentials.secretKey === '') throw new StoreFailure('bad-credentials', `${entry.cloud} needs an access key`);
  const { accessKey, secretKey, securityToken } = credentials;
  if (securityToken !== undefined && dialect.temporaryCredentials === false) throw new StoreFailure('unsupported', `${entry.cloud} takes no temporary credentials`);
  const { vocabulary = amazonVocabulary, crc64Header, sentClasses = {}, alsoPrefix, decompresses, ...protocol } = protocolOf(dialect, entry);
  return {
    endpoint: entry.endpoint,
    region: entry.signingRegion ?? entry.region,
    addressing: entry.addressing,
    ...(entry.signature === 'native' ? {} : { signature: entry.signature }),
    bucket: dialect.bucketName?.(bucket, options) ?? bucket,
    credentials: { accessKey, secretKey, ...(securityToken === undefined ? {} : { securityToken }) },
    ...(entry.caFile === undefined ? {} : { ca: readCa(entry.caFile) }),
    ...(requesterPays === undefined ? {} : { requesterPays }),
    now: () => runtime.clock.now(),
    ...(runtime.resolve === undefined ? {} : { http: { resolve: runtime.resolve } }),
    headers: { vocabulary, crc64Header, sentClasses, alsoPrefix, decompresses, kmsKeyId: entry.kmsKeyId, archives: archivesOf(dialect) },
    ...protocol,
    ...dialect.configOf?.(entry),
    ...(entry.listVersion === undefined ? {} : { listVersion: entry.listVersion }),
  };
}

function protocolOf({ config, native }: S3Dialect, { cloud, region, signature }: RegionEntry): S3Protocol {
  if (signature !== 'native') return { ...config };
  if (native === undefined) throw new StoreFailure('unsupported', `${cloud} has no signature "native": give its region ${region} v4 or v2`);
  return { ...config, ...native };
}

/** Amazon's names too: whoever speaks its language may use them. */
function archivesOf({ storageClasses }: S3Dialect): ReadonlySet<string> {
  const archived = Object.entries(storageClasses).filter(([, tier]) => tier === 'archive' || tier === 'deep-archive');
  return new Set([...amazonHeaders.archives, ...archived.map(([name]) => name)]);
}
