/** An OMS client the way the official SDK generators write one: request objects over the SDK's own core, which signs. */
import type { BatchUpdateTasksReq, StartTaskReq } from '@haulier/wire/oms/change-task.ts';
import type {
  CheckPrefixReq, CheckPrefixResponse, CheckUrlSourceListFileFormatReq, ListBucketsReq, ShowBucketListResponse, ShowBucketObjectsResponse, ShowBucketRegionReq, ShowBucketRegionResponse,
  ShowBucketReq, ShowCloudTypeResponse, ShowRegionInfoResponse,
} from '@haulier/wire/oms/buckets.ts';
import type { BandwidthPolicyDto } from '@haulier/wire/oms/bandwidth-policy.ts';
import type { CreateTaskReq, CreateTaskResponse } from '@haulier/wire/oms/create-task.ts';
import type { ListTasksResponse, TaskResp } from '@haulier/wire/oms/task.ts';
import type { ListVersionsResponse, Version } from '@haulier/wire/oms/version.ts';
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js';
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js';
import { UserOptions } from '@huaweicloud/huaweicloud-sdk-core/UserOptions.js';
import type { HcClient, HttpRequestOptions } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js';

export interface OmsAccount {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly projectId: string;
}

type WithStatus<T> = T & { readonly httpStatusCode: number };

export class OmsClient {
  readonly #client: HcClient;

  constructor(client: HcClient) {
    this.#client = client;
  }

  /** A user agent of our own: for the usual one the SDK writes a file into the home folder. */
  static at(endpoint: string, { accessKey, secretKey, projectId }: OmsAccount): OmsClient {
    const credential = new BasicCredentials().withAk(accessKey).withSk(secretKey).withProjectId(projectId);
    return new ClientBuilder((client) => new OmsClient(client)).withCredential(credential).withEndpoint(endpoint).withOptions(Object.assign(new UserOptions(), { customUserAgent: 'haulier-e2e' })).build();
  }

  listApiVersions() {
    return this.#send<ListVersionsResponse>('GET', '/');
  }

  showApiInfo(version: string) {
    return this.#send<Version>('GET', '/{version}', { pathParams: { version } });
  }

  listTasks(queryParams: Readonly<Record<string, string | number>> = {}) {
    return this.#send<ListTasksResponse>('GET', '/v2/{project_id}/tasks', { queryParams });
  }

  showTask(id: number | string) {
    return this.#send<TaskResp>('GET', '/v2/{project_id}/tasks/{task_id}', { pathParams: { task_id: id } });
  }

  createTask(data: CreateTaskReq) {
    return this.#send<CreateTaskResponse>('POST', '/v2/{project_id}/tasks', { data });
  }

  stopTask(id: number) {
    return this.#send<object>('POST', '/v2/{project_id}/tasks/{task_id}/stop', { pathParams: { task_id: id } });
  }

  startTask(id: number, data: StartTaskReq) {
    return this.#send<object>('POST', '/v2/{project_id}/tasks/{task_id}/start', { pathParams: { task_id: id }, data });
  }

  deleteTask(id: number) {
    return this.#send<object>('DELETE', '/v2/{project_id}/tasks/{task_id}', { pathParams: { task_id: id } });
  }

  updateBandwidthPolicy(id: number, policy: BandwidthPolicyDto[]) {
    return this.#send<object>('PUT', '/v2/{project_id}/tasks/{task_id}/bandwidth-policy', { pathParams: { task_id: id }, data: { bandwidth_policy: policy } });
  }

  batchUpdateTasks(data: BatchUpdateTasksReq) {
    return this.#send<object>('POST', '/v2/{project_id}/tasks/batch-update', { data });
  }

  showBucketList(data: ListBucketsReq) {
    return this.#send<ShowBucketListResponse>('POST', '/v2/{project_id}/objectstorage/buckets', { data });
  }

  showBucketRegion(data: ShowBucketRegionReq) {
    return this.#send<ShowBucketRegionResponse>('POST', '/v2/{project_id}/objectstorage/buckets/regions', { data });
  }

  showBucketObjects(data: ShowBucketReq) {
    return this.#send<ShowBucketObjectsResponse>('POST', '/v2/{project_id}/objectstorage/buckets/objects', { data });
  }

  checkPrefix(data: CheckPrefixReq) {
    return this.#send<CheckPrefixResponse>('POST', '/v2/{project_id}/objectstorage/buckets/prefix', { data });
  }

  checkUrlSourceListFileFormat(data: CheckUrlSourceListFileFormatReq) {
    return this.#send<object>('POST', '/v2/{project_id}/objectstorage/buckets/url-source-list-file', { data });
  }

  showCloudType(type: 'src' | 'dst') {
    return this.#send<ShowCloudTypeResponse>('GET', '/v2/{project_id}/objectstorage/cloud-type', { queryParams: { type } });
  }

  showRegionInfo() {
    return this.#send<ShowRegionInfoResponse>('GET', '/v2/{project_id}/objectstorage/data-center');
  }

  updatePrivacyAgreementRecord() {
    return this.#send<object>('POST', '/v2/{project_id}/privacy-agreements');
  }

  #send<T>(method: string, url: string, parts: Partial<HttpRequestOptions> = {}): Promise<WithStatus<T>> {
    return this.#client.sendRequest({ method, url, contentType: 'application/json', queryParams: {}, pathParams: {}, headers: {}, ...parts });
  }
}
