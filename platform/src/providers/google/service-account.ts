/** The key file of a service account (json_auth_file), as Google's console hands it out. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { StoreFailure } from '../../object-store/failure.ts';
import { parseFields, textIn, type Fields } from './json-fields.ts';

export interface ServiceAccount {
  /** Its address; also what two stores of one account have in common. */
  readonly email: string;
  readonly key: KeyObject;
  readonly keyId: string | undefined;
  /** Where a signed assertion is exchanged for an access token. */
  readonly tokenUri: string;
  /** The project whose buckets the account lists. */
  readonly projectId: string | undefined;
}

const DEFAULT_TOKEN_URI = 'https://oauth2.googleapis.com/token';

/** Throws {@link StoreFailure} `bad-credentials`; the message names what is wrong and never a value. */
export function parseServiceAccount(text: string): ServiceAccount {
  const file = parseFields(text);
  if (file === undefined) throw refusal('is no JSON object');
  const type = textIn(file, 'type');
  if (type !== 'service_account') throw refusal(`is not that of a service account${type !== undefined && /^[a-z_]{1,40}$/.test(type) ? ` but of type ${type}` : ''}`);
  const tokenUri = textIn(file, 'token_uri') ?? DEFAULT_TOKEN_URI;
  if (!URL.canParse(tokenUri) || !/^https?:$/.test(new URL(tokenUri).protocol)) throw refusal('has a token_uri that is no URL');
  return { email: required(file, 'client_email'), key: keyOf(required(file, 'private_key')), keyId: textIn(file, 'private_key_id'), tokenUri, projectId: textIn(file, 'project_id') };
}

function keyOf(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw refusal('has a private_key that is no private key in PEM');
  }
  if (key.asymmetricKeyType !== 'rsa') throw refusal('has a private_key that is no RSA key');
  return key;
}

function required(file: Fields, name: string): string {
  const text = textIn(file, name);
  if (text === undefined) throw refusal(`lacks ${name}`);
  return text;
}

function refusal(what: string): StoreFailure {
  return new StoreFailure('bad-credentials', `the key file of Google ${what}`);
}
