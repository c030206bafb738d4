import { HttpClient } from '@haulier/lib/http/http-client.ts';
import { addressOf } from './addressing.ts';
import { MAX_KEY_BYTES, type S3Config } from './s3-config.ts';
import { S3Requests } from './s3-requests.ts';
import type { Header, Signer } from './signer.ts';
import { SigV2Signer } from './sigv2.ts';
import { SigV4Signer } from './sigv4.ts';
import { amazonHeaders, type Vocabulary } from './vocabulary.ts';

/** Requests to one bucket, and the end of their idle connections. */
export interface OpenRequests {
  readonly requests: S3Requests;
  readonly vocabulary: Vocabulary;
  close(): void;
}

/** Sends nothing yet. */
export function openRequests(config: S3Config): OpenRequests {
  const { vocabulary } = config.headers ?? amazonHeaders;
  const address = addressOf(config.endpoint, config.bucket, config.addressing);
  const client = config.client ?? new HttpClient({ origin: address.origin, ...(config.ca === undefined ? {} : { tls: { ca: config.ca } }), ...config.http });
  const requests = new S3Requests({
    client,
    signer: signerOf(config, address.resourcePrefix),
    address,
    bucket: config.bucket,
    payloadSigning: config.payloadSigning ?? 'unsigned',
    always: alwaysSent(config),
    vocabulary,
    maxKeyBytes: config.traits?.maxKeyBytes ?? MAX_KEY_BYTES,
    errorKinds: config.errorKinds ?? {},
    now: config.now,
  });
  return {
    requests,
    vocabulary,
    close() {
      if (config.client === undefined) client.close();
    },
  };
}

function signerOf(config: S3Config, resourcePrefix: string): Signer {
  if (config.signerOf !== undefined) return config.signerOf(config, resourcePrefix);
  if (config.signature === 'v2') return new SigV2Signer(config.credentials, resourcePrefix);
  return new SigV4Signer(config.credentials, config.region);
}

function alwaysSent({ requesterPays, headers = amazonHeaders }: S3Config): readonly Header[] {
  return requesterPays === true ? [[`${headers.vocabulary.prefix}request-payer`, 'requester']] : [];
}
