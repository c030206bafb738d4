/** The keys of a source and a destination: tables 5-40 and 5-42 without a prefix, table 5-54 with one. */
import { cryptoTypes } from '@haulier/wire/oms/task-enums.ts';
import type { CloudType, NodeCredentials } from '../../object-migration/task.ts';
import { refusedByName, taskRules } from './errors.ts';
import type { Fields } from './fields.ts';

const keyLength = { max: 100 } as const;
const fileLength = { max: 65_535 } as const;
const tokenLength = { max: 16_384 } as const;

/**
 * ak and sk are mandatory unless the cloud is read without keys, or with a file or a connection string (as SDKs send
 * it for Azure) in their place; keys that are not needed are empty.
 */
export function sourceCredentials(fields: Fields, cloud: CloudType, prefix: '' | 'src_'): NodeCredentials {
  const invalid = taskRules.sourceParameters;
  const { accessKey, secretKey } = sourceKeys(fields, cloud, prefix);
  const jsonAuthFile = fields.filledText('json_auth_file', fileLength, invalid);
  const securityToken = fields.filledText(`${prefix}security_token`, tokenLength, invalid);
  const connectionString = fields.filledText('connection_string', fileLength, invalid);
  return {
    accessKey,
    secretKey,
    ...(securityToken === undefined ? {} : { securityToken }),
    ...(jsonAuthFile === undefined ? {} : { jsonAuthFile }),
    ...(connectionString === undefined ? {} : { connectionString }),
  };
}

/** ak and sk alone. */
export function sourceKeys(fields: Fields, cloud: CloudType, prefix: '' | 'src_'): Pick<NodeCredentials, 'accessKey' | 'secretKey'> {
  const key = (name: string) => (keysAreOptional(fields, cloud) ? (fields.filledText(name, keyLength, taskRules.sourceParameters) ?? '') : fields.requiredText(name, keyLength, taskRules.sourceParameters));
  return { accessKey: key(`${prefix}ak`), secretKey: key(`${prefix}sk`) };
}

function keysAreOptional(fields: Fields, cloud: CloudType): boolean {
  if (cloud === 'URLSource' || cloud === 'Local') return true;
  return (cloud === 'Google' && fields.isFilled('json_auth_file')) || (cloud === 'Azure' && fields.isFilled('connection_string'));
}

export function destinationCredentials(fields: Fields, prefix: '' | 'dst_'): NodeCredentials {
  const invalid = taskRules.destinationParameters;
  const accessKey = fields.requiredText(`${prefix}ak`, keyLength, invalid);
  const secretKey = fields.requiredText(`${prefix}sk`, keyLength, invalid);
  const securityToken = fields.filledText(`${prefix}security_token`, tokenLength, invalid);
  return { accessKey, secretKey, ...(securityToken === undefined ? {} : { securityToken }) };
}

/** SDKs may name how ak and sk are encrypted: DEFAULT is not at all, KMS does not act here. */
export function refuseEncryptedKeys(fields: Fields, prefix: '' | 'src_' | 'dst_' | 'source_cdn_'): void {
  const crypto = `${prefix}crypto_type`;
  if (fields.choice(crypto, cryptoTypes) === 'KMS') throw refusedByName(fields.path(crypto));
  const key = `${prefix}kms_key_id`;
  if (fields.filledText(key, { max: 1024 }) !== undefined) throw refusedByName(fields.path(key));
}
