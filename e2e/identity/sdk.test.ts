/** The official SDK core against the real binary: its credentials find their project and domain by themselves. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js';
import { GlobalCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/GlobalCredentials.js';
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js';
import { Logger4jInstance } from '@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js';
import { Region } from '@huaweicloud/huaweicloud-sdk-core/region/region.js';
import { createInstallation, type TestInstallation } from '../support/serve.ts';
import { sendWithSdk, type SdkAnswer, type SdkKeys, type SdkScope } from './sdk-client.ts';

let installation: TestInstallation;
beforeAll(async () => {
  Logger4jInstance.level = 'off';
  installation = await createInstallation();
  await installation.serve();
});
afterAll(() => installation.remove());

type Sending = Parameters<typeof sendWithSdk>[3];
const send = (options: Sending, scope: SdkScope = { domainId: installation.account.domainId }, keys: SdkKeys = installation.account): Promise<SdkAnswer> => sendWithSdk(installation.url, keys, scope, options);

describe('the SDK core', () => {
  test('lists tasks with odd queries', async () => {
    const scope = { projectId: installation.account.projectId };
    const list = (queryParams: Record<string, unknown>) => send({ method: 'GET', url: '/v2/{project_id}/tasks', queryParams }, scope);
    expect(await list({})).toMatchObject({ status: 200, body: { tasks: [], count: 0 } });
    expect(await list({ limit: 1, offset: 0, group_id: 'a b+c/ü&=%' })).not.toMatchObject({ status: 401 });
    expect(await list({ limit: 'x y' })).toMatchObject({ kind: 'error', status: 400 });
  });

  test('makes a user, a key for it, and signs with that key', async () => {
    const user = { domain_id: installation.account.domainId, name: 'robot', description: 'ünïcode “quotes”' };
    const made = await send({ method: 'POST', url: '/v3.0/OS-USER/users', data: { user } });
    expect(made).toMatchObject({ status: 201, body: { user: { name: 'robot', description: 'ünïcode “quotes”' } } });
    const key = await send({ method: 'POST', url: '/v3.0/OS-CREDENTIAL/credentials', data: { credential: { user_id: fieldOf(made, 'user', 'id') } } });
    const keys = { accessKey: fieldOf(key, 'credential', 'access'), secretKey: fieldOf(key, 'credential', 'secret') };
    expect(await send({ method: 'GET', url: '/v3/auth/domains' }, undefined, keys)).toMatchObject({ status: 200 });
    expect(await send({ method: 'DELETE', url: `/v3.0/OS-CREDENTIAL/credentials/${keys.accessKey}` })).toMatchObject({ status: 204 });
    expect(await send({ method: 'GET', url: '/v3/auth/domains' }, undefined, keys)).toMatchObject({ kind: 'error', status: 401, code: '401' });
  });

  test('signs with a temporary key and its security token', async () => {
    const made = await send({ method: 'POST', url: '/v3.0/OS-CREDENTIAL/securitytokens', data: { auth: { identity: { methods: ['token'], token: { duration_seconds: 900 } } } } });
    const keys = { accessKey: fieldOf(made, 'credential', 'access'), secretKey: fieldOf(made, 'credential', 'secret') };
    const list = (scope: SdkScope, with_: SdkKeys) => send({ method: 'GET', url: '/v3/auth/projects' }, scope, with_);
    expect(await list({ projectId: installation.account.projectId }, { ...keys, securityToken: fieldOf(made, 'credential', 'securitytoken') })).toMatchObject({ status: 200 });
    expect(await list({ projectId: installation.account.projectId }, keys)).toMatchObject({ kind: 'error', status: 401 });
  });

  test('reads errors of both shapes', async () => {
    expect(await send({ method: 'GET', url: '/v2/{project_id}/tasks' }, { projectId: 'f'.repeat(32) })).toMatchObject({ kind: 'error', status: 403 });
    expect(await send({ method: 'GET', url: '/v3.0/OS-CREDENTIAL/credentials/none' })).toMatchObject({ kind: 'error', status: 404, code: 'IAM.0004' });
    expect(await send({ method: 'GET', url: '/v3/nothing' })).toMatchObject({ kind: 'error', status: 404, code: '404' });
  });

  test('finds its project by the name of its region, and its domain', async () => {
    const { accessKey, secretKey, projectId, projectName, domainId } = installation.account;
    const basic = new BasicCredentials().withAk(accessKey).withSk(secretKey).withIamEndpoint(installation.url);
    const global = new GlobalCredentials().withAk(accessKey).withSk(secretKey).withIamEndpoint(installation.url);
    for (const credential of [basic, global]) {
      const client = new ClientBuilder((made) => made).withCredential(credential).withRegion(new Region(projectName, installation.url)).build();
      await client.sendRequest({ method: 'GET', url: '/v3/auth/domains', contentType: 'application/json', queryParams: {}, pathParams: {}, headers: {} });
    }
    expect(basic.getPathParams()).toEqual({ project_id: projectId });
    expect(global.getPathParams()).toEqual({ domain_id: domainId });
  });
});

function fieldOf(answer: SdkAnswer, box: string, name: string): string {
  const found: unknown = answer.kind === 'answer' ? answer.body[box] : undefined;
  const field: unknown = typeof found === 'object' && found !== null ? Object.entries(found).find(([key]) => key === name)?.[1] : undefined;
  if (typeof field !== 'string') throw new Error(`no ${box}.${name} in ${JSON.stringify(answer)}`);
  return field;
}
