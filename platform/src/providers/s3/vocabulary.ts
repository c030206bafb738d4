/** The headers that S3-compatible clouds name after themselves. What they have in common, such as If-Match, is not here. */
import type { StoreLocation } from '../../object-store/object-store.ts';
import { encodeKey } from './addressing.ts';

/** How a cloud says in headers what Amazon says with `x-amz-`. */
export interface Vocabulary {
  /** Of its own headers, in lower case. User metadata adds `meta-` to it. */
  readonly prefix: string;
  /** What metadata-directive says where a copy takes the metadata given. */
  readonly replaceMetadata: string;
  /** Encryption with the cloud's key service, and the header that names the key. */
  readonly kms: { readonly value: string; readonly keyHeader: string };
  /** What copy-source says. */
  readonly copySource: (source: StoreLocation, key: string) => string;
  /** The header with which an answer tells a bucket's region. */
  readonly bucketRegion: string;
  /** The region that an endpoint in a refusal means, where the name tells it. */
  readonly regionOfEndpoint?: (endpoint: string) => string | undefined;
  /** Of the documents that are sent; empty for none. */
  readonly namespace: string;
}

export const amazonVocabulary: Vocabulary = {
  prefix: 'x-amz-',
  replaceMetadata: 'REPLACE',
  kms: { value: 'aws:kms', keyHeader: 'x-amz-server-side-encryption-aws-kms-key-id' },
  copySource: ({ bucket }, key) => `/${bucket}/${encodeKey(key)}`,
  bucketRegion: 'x-amz-bucket-region',
  namespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
};

/** The headers of one store: a vocabulary and what the cloud says in it. */
export interface ObjectHeaders {
  readonly vocabulary: Vocabulary;
  /** Name of the header that tells an object's CRC64-ECMA. */
  readonly crc64Header?: string | undefined;
  /** Classes whose objects cannot be read before a restore. */
  readonly archives: ReadonlySet<string>;
  /** How a class is written to the store where listings show it under another name. */
  readonly sentClasses: Readonly<Record<string, string>>;
  /** The key of the cloud's key service that is named where a write names none; absent for the cloud's own choice. */
  readonly kmsKeyId?: string | undefined;
  /** A second prefix under which answers may tell what they tell under the vocabulary's. */
  readonly alsoPrefix?: string | undefined;
  /** The store decompresses gzip on the way to whoever does not take it; the bytes that are stored go to who does. */
  readonly decompresses?: boolean | undefined;
}

export const amazonHeaders: ObjectHeaders = { vocabulary: amazonVocabulary, archives: new Set(['GLACIER', 'DEEP_ARCHIVE']), sentClasses: {} };
