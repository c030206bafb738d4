import type { HttpClient, HttpClientOptions } from '@haulier/lib/http/http-client.ts';
import type { FailureKind } from '../../object-store/failure.ts';
import type { StoreTraits } from '../../object-store/object-store.ts';
import type { RestoreDocument } from './restore.ts';
import type { Signer } from './signer.ts';
import type { ObjectHeaders } from './vocabulary.ts';

/** Of a key at Amazon, in UTF-8. */
export const MAX_KEY_BYTES = 1024;

export interface S3Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of temporary credentials. */
  readonly securityToken?: string;
}

/** Sizes that a cloud takes, in bytes. */
export interface S3Limits {
  readonly minPartBytes: number;
  readonly maxPartBytes: number;
  /** Of an object that one CopyObject takes. */
  readonly maxCopyBytes: number;
}

const MIB = 1024 * 1024;
export const amazonLimits: S3Limits = { minPartBytes: 5 * MIB, maxPartBytes: 5 * 1024 * MIB, maxCopyBytes: 5 * 1024 * MIB };

/** One bucket of an S3-compatible store. What is optional has the value of AWS as its default. */
export interface S3Config {
  /** `https://host[:port]` or `http://host[:port]`, without the bucket. */
  readonly endpoint: string;
  /** As the signature names it. */
  readonly region: string;
  readonly addressing: 'path' | 'virtual-host';
  readonly bucket: string;
  readonly credentials: S3Credentials;
  /** Default `v4`. */
  readonly signature?: 'v4' | 'v2';
  /** A signature of the cloud's own, in place of `signature`. `resourcePrefix` stands before the path in what is signed: `/bucket` where the bucket is in the host name. */
  readonly signerOf?: (config: S3Config, resourcePrefix: string) => Signer;
  /** Of ListObjects. Default 2. */
  readonly listVersion?: 1 | 2;
  /** Whether listings are asked to percent-encode keys. `none` is for stores that do not know the parameter. Default `url`. */
  readonly listEncoding?: 'url' | 'none';
  /**
   * Whether the bodies of objects are part of a V4 signature. `signed` holds each body in memory to hash it, and is for
   * stores that refuse UNSIGNED-PAYLOAD. Default `unsigned`.
   */
  readonly payloadSigning?: 'unsigned' | 'signed';
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string;
  /** The requester agrees to pay for what is read. */
  readonly requesterPays?: boolean;
  /** What the cloud's headers are called and mean. Default Amazon's. */
  readonly headers?: ObjectHeaders;
  /** What the cloud's error codes mean, where they are not in the common table or mean something else. */
  readonly errorKinds?: Readonly<Record<string, FailureKind>>;
  /** Absent where the cloud has no archives that can be restored. */
  readonly restore?: RestoreDocument;
  readonly http?: Pick<HttpClientOptions, 'maxConnections' | 'connectTimeoutMs' | 'idleTimeoutMs' | 'keepAliveMs' | 'resolve'>;
  /** A client of the same endpoint to share; it stays open when the store closes. Path addressing only. */
  readonly client?: HttpClient;
  readonly traits?: Partial<StoreTraits>;
  /** Default Amazon's. */
  readonly limits?: S3Limits;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
