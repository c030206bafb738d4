/** The official SDK core as our client: it builds, signs and sends; the paths and bodies are ours. */
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js';
import { GlobalCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/GlobalCredentials.js';
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js';
import type { HcClient, HttpRequestOptions } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js';
import { ClientRequestException } from '@huaweicloud/huaweicloud-sdk-core/exception/ClientRequestException.js';

export interface SdkKeys {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string;
}

export interface SdkScope {
  readonly projectId?: string;
  readonly domainId?: string;
}

export type SdkAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'error'; readonly status: number; readonly code: string; readonly message: string };

/** Sends what the SDK makes of the options; an error of the API is an answer too. */
export async function sendWithSdk(endpoint: string, keys: SdkKeys, scope: SdkScope, options: Partial<HttpRequestOptions> & { readonly method: string; readonly url: string }): Promise<SdkAnswer> {
  const client = new ClientBuilder((made) => made).withCredential(credentialOf(keys, scope)).withEndpoint(endpoint).build();
  return settle(client, { contentType: 'application/json', queryParams: {}, pathParams: {}, headers: {}, ...options });
}

function credentialOf({ accessKey, secretKey, securityToken }: SdkKeys, { projectId, domainId }: SdkScope): BasicCredentials | GlobalCredentials {
  const credential = domainId === undefined ? new BasicCredentials().withProjectId(projectId ?? '') : new GlobalCredentials().withDomainId(domainId);
  credential.withAk(accessKey).withSk(secretKey);
  if (securityToken !== undefined) credential.withSecurityToken(securityToken);
  return credential;
}

async function settle(client: HcClient, options: HttpRequestOptions): Promise<SdkAnswer> {
  try {
    const { httpStatusCode, ...body } = await client.sendRequest<Record<string, unknown> & { readonly httpStatusCode: number }>(options);
    return { kind: 'answer', status: httpStatusCode, body };
  } catch (error) {
    if (!(error instanceof ClientRequestException)) throw error;
    return { kind: 'error', status: Number(error.httpStatusCode), code: String(error.errorCode), message: error.errorMsg ?? '' };
  }
}
