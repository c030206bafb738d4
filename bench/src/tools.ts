/** The commands that are compared. rclone is told how many transfers to make; Haulier finds out by itself what the store bears. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './cases.ts';
import { workFolder, type Stub } from './stub.ts';

export interface Tool {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export const accessKey = 'AKIDEXAMPLE';
export const secretKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

export const haulierBinary = join(import.meta.dirname, '..', '..', 'bin', 'haulier');

/** A region of Haulier's configuration. */
export function regionLine(cloud: 'AWS' | 'HEC', name: string, endpoint: string, caFile: string | undefined): string {
  return `  - { cloud: ${cloud}, region: ${name}, endpoint: "${endpoint}", addressing: path, signature: v4, signingRegion: us-east-1${caFile === undefined ? '' : `, caFile: "${caFile}"`} }\n`;
}

/** rclone with every setting that makes it faster here; see the table in README.md. */
export function rclone(run: Case, stub: Stub): Tool {
  const config = join(workFolder, 'rclone.conf');
  const remote = (name: string, endpoint: string): string =>
    `[${name}]\ntype = s3\nprovider = Minio\nendpoint = ${endpoint}\naccess_key_id = ${accessKey}\nsecret_access_key = ${secretKey}\nregion = us-east-1\n`;
  writeFileSync(config, remote('src', stub.source) + remote('dst', stub.destination));
  return {
    name: 'rclone',
    command: [
      'rclone', 'copy', `src:${run.bucket}`, `dst:${run.destinationBucket}`, '--config', config,
      '--transfers', String(run.transfers), '--checkers', String(run.transfers), '--fast-list', '--s3-no-head', '--s3-no-head-object',
      '--s3-disable-checksum', '--s3-no-check-bucket', '--use-server-modtime', '--ignore-checksum', '--no-update-modtime', '--size-only',
      '--buffer-size', '0', ...(stub.caFile === undefined ? [] : ['--ca-cert', stub.caFile]),
    ],
    env: { GOGC: '800', AWS_CA_BUNDLE: '' },
  };
}

/** The whole engine: listing, comparing, verifying, recording, checkpoints. */
export function haulier(run: Case, stub: Stub): Tool {
  const config = join(workFolder, 'haulier.yaml');
  writeFileSync(config, `regions:\n${regionLine('AWS', 'bench-src', stub.source, stub.caFile)}${regionLine('AWS', 'bench-dst', stub.destination, stub.caFile)}`);
  return {
    name: 'haulier',
    command: [
      haulierBinary, 'migrate', '--config', config, '--quiet',
      `aws:bench-src/${run.bucket}`, `aws:bench-dst/${run.destinationBucket}`,
    ],
    env: {
      HAULIER_SRC_ACCESS_KEY: accessKey, HAULIER_SRC_SECRET_KEY: secretKey,
      HAULIER_DST_ACCESS_KEY: accessKey, HAULIER_DST_SECRET_KEY: secretKey,
    },
  };
}
