/** What each cloud's own API says otherwise than S3, as the gateway of the tests speaks it. */
import { cosSignature, headerSignature, ossSignature, type CheckSignature } from './signatures.ts';

export interface NativeProtocol {
  readonly prefix: string;
  readonly crc64Header: string;
  readonly check: CheckSignature;
  readonly replace: string;
  /** The class of this cloud → that of the gateway behind. */
  readonly classes: Readonly<Record<string, 'STANDARD_IA' | 'GLACIER'>>;
  /** `/bucket/key` of what copy-source says. */
  readonly copySource: (value: string) => string;
  /** The exact body that a restore of three days must have, by the class. */
  readonly restoreBody: Readonly<Record<string, string>>;
}

const plain = (value: string): string => value;

export const obs: NativeProtocol = {
  prefix: 'x-obs-',
  crc64Header: 'x-obs-hash-crc64ecma',
  check: headerSignature('OBS', 'x-obs-'),
  replace: 'REPLACE',
  classes: { WARM: 'STANDARD_IA', COLD: 'GLACIER' },
  copySource: plain,
  restoreBody: { COLD: '<RestoreRequest><Days>3</Days></RestoreRequest>' },
};

export const oss: NativeProtocol = {
  prefix: 'x-oss-',
  crc64Header: 'x-oss-hash-crc64ecma',
  check: ossSignature,
  replace: 'REPLACE',
  classes: { IA: 'STANDARD_IA', Archive: 'GLACIER' },
  copySource: plain,
  restoreBody: { Archive: '<RestoreRequest><Days>3</Days></RestoreRequest>' },
};

export const cos: NativeProtocol = {
  prefix: 'x-cos-',
  crc64Header: 'x-cos-hash-crc64ecma',
  check: cosSignature,
  replace: 'Replaced',
  classes: { ARCHIVE: 'GLACIER' },
  copySource: (value) => value.replace(/^([a-z0-9-]+)\.cos\.[a-z0-9-]+\.myqcloud\.com(?::\d+)?\//, '/$1/'),
  restoreBody: { ARCHIVE: '<RestoreRequest><Days>3</Days><CASJobParameters><Tier>Standard</Tier></CASJobParameters></RestoreRequest>' },
};

export const ks3: NativeProtocol = {
  prefix: 'x-kss-',
  crc64Header: 'x-kss-checksum-crc64ecma',
  check: headerSignature('KSS', 'x-kss-'),
  replace: 'REPLACE',
  classes: { ARCHIVE: 'GLACIER' },
  copySource: plain,
  restoreBody: { ARCHIVE: '' },
};
