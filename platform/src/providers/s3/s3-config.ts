import type { HttpClient, HttpClientOptions } from '@haulier/lib/http/http-client.ts';
import type { StoreTraits } from '../../object-store/object-store.ts';

export interface S3Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of temporary credentials. */
  readonly securityToken?: string;
}

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
  /** Of ListObjects. Default 2. */
  readonly listVersion?: 1 | 2;
  /**
   * Whether the bodies of objects are part of a V4 signature. `signed` holds each body in memory to hash it, and is for
   * stores that refuse UNSIGNED-PAYLOAD. Default `unsigned`.
   */
  readonly payloadSigning?: 'unsigned' | 'signed';
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string;
  /** The requester agrees to pay for what is read. */
  readonly requesterPays?: boolean;
  /** Name of the header in which the store tells an object's CRC64-ECMA, e.g. `x-oss-hash-crc64ecma`. */
  readonly crc64Header?: string;
  readonly http?: Pick<HttpClientOptions, 'maxConnections' | 'connectTimeoutMs' | 'idleTimeoutMs' | 'keepAliveMs'>;
  /** A client of the same endpoint to share; it stays open when the store closes. Path addressing only. */
  readonly client?: HttpClient;
  readonly traits?: Partial<StoreTraits>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
