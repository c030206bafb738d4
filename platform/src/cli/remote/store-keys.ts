import { cdnKeyFromEnv, cdnKeyFromProfile, cdnKeyFromPrompt, credentialsFromEnv, credentialsFromProfile, credentialsFromPrompt, profileFile, type Side, type StoreCredentials } from '../credentials.ts';
import type { TaskPlace } from './task-request.ts';

export interface StoreFlags {
  readonly srcProfile?: string;
  readonly dstProfile?: string;
}

/** A folder of the server's host asks for no keys, but the API's fields are mandatory. */
const noKeys: StoreCredentials = { accessKey: 'none', secretKey: 'none' };

/** The keys that the server is to use for a bucket: from the profile that was named, the environment, or a prompt. */
export async function findStoreKeys(side: Side, place: TaskPlace, flags: StoreFlags): Promise<StoreCredentials> {
  const profile = side === 'src' ? flags.srcProfile : flags.dstProfile;
  if (profile !== undefined) return credentialsFromProfile(profile, profileFile(process.env));
  if (place.cloud.toLowerCase() === 'local') return noKeys;
  return await credentialsFromEnv(side, process.env) ?? credentialsFromPrompt(side, `${place.cloud}:${place.region}/${place.bucket}`);
}

/** The key that signs for the CDN of a source: from the profile of the source, the environment, or a prompt. */
export async function findCdnKey(domain: string, { srcProfile }: StoreFlags): Promise<string> {
  const fromProfile = srcProfile === undefined ? undefined : await cdnKeyFromProfile(srcProfile, profileFile(process.env));
  return fromProfile ?? cdnKeyFromEnv(process.env) ?? cdnKeyFromPrompt(domain);
}
