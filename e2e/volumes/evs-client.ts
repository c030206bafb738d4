/** An EVS client the way the official SDK generators write one: request objects over the SDK's own core, which signs. */
import type { CreateVolumeResponse, CreateVolumeRequest, JobResponse, ListVolumesResponse, VolumeResponse } from '@haulier/wire/evs/volumes.ts';
import type { ShowJobResponse } from '@haulier/wire/evs/jobs.ts';
import type { ListSnapshotsResponse, SnapshotResponse } from '@haulier/wire/evs/snapshots.ts';
import type { AcceptTransferResponse, CreateTransferResponse, ListTransfersResponse } from '@haulier/wire/evs/transfers.ts';
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js';
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js';
import { UserOptions } from '@huaweicloud/huaweicloud-sdk-core/UserOptions.js';
import type { HcClient, HttpRequestOptions } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js';
import type { Account } from '../support/serve.ts';

type WithStatus<T> = T & { readonly httpStatusCode: number };

export class EvsClient {
  readonly #client: HcClient;

  constructor(client: HcClient) {
    this.#client = client;
  }

  /** A user agent of our own: for the usual one the SDK writes a file into the home folder. */
  static at(endpoint: string, { accessKey, secretKey }: Account, projectId: string): EvsClient {
    const credential = new BasicCredentials().withAk(accessKey).withSk(secretKey).withProjectId(projectId);
    return new ClientBuilder((client) => new EvsClient(client)).withCredential(credential).withEndpoint(endpoint).withOptions(Object.assign(new UserOptions(), { customUserAgent: 'haulier-e2e' })).build();
  }

  createVolume(data: CreateVolumeRequest) {
    return this.#send<CreateVolumeResponse>('POST', '/v2.1/{project_id}/cloudvolumes', { data });
  }

  listVolumes(queryParams: Readonly<Record<string, string | number>> = {}) {
    return this.#send<ListVolumesResponse>('GET', '/v2/{project_id}/cloudvolumes/detail', { queryParams });
  }

  showVolume(id: string) {
    return this.#send<VolumeResponse>('GET', '/v2/{project_id}/cloudvolumes/{volume_id}', { pathParams: { volume_id: id } });
  }

  resizeVolume(id: string, size: number) {
    return this.#send<JobResponse>('POST', '/v2.1/{project_id}/cloudvolumes/{volume_id}/action', { pathParams: { volume_id: id }, data: { 'os-extend': { new_size: size } } });
  }

  deleteVolume(id: string) {
    return this.#send<JobResponse>('DELETE', '/v2/{project_id}/cloudvolumes/{volume_id}', { pathParams: { volume_id: id } });
  }

  showJob(id: string) {
    return this.#send<ShowJobResponse>('GET', '/v1/{project_id}/jobs/{job_id}', { pathParams: { job_id: id } });
  }

  createSnapshot(volume: string, name: string) {
    return this.#send<SnapshotResponse>('POST', '/v2/{project_id}/cloudsnapshots', { data: { snapshot: { volume_id: volume, name } } });
  }

  listSnapshots(queryParams: Readonly<Record<string, string | number>> = {}) {
    return this.#send<ListSnapshotsResponse>('GET', '/v2/{project_id}/cloudsnapshots/detail', { queryParams });
  }

  deleteSnapshot(id: string) {
    return this.#send<object>('DELETE', '/v2/{project_id}/cloudsnapshots/{snapshot_id}', { pathParams: { snapshot_id: id } });
  }

  createTransfer(volume: string, name: string) {
    return this.#send<CreateTransferResponse>('POST', '/v2/{project_id}/os-volume-transfer', { data: { transfer: { volume_id: volume, name } } });
  }

  listTransfers(queryParams: Readonly<Record<string, string | number>> = {}) {
    return this.#send<ListTransfersResponse>('GET', '/v2/{project_id}/os-volume-transfer', { queryParams });
  }

  acceptTransfer(id: string, key: string) {
    return this.#send<AcceptTransferResponse>('POST', '/v2/{project_id}/os-volume-transfer/{transfer_id}/accept', { pathParams: { transfer_id: id }, data: { accept: { auth_key: key } } });
  }

  deleteTransfer(id: string) {
    return this.#send<object>('DELETE', '/v2/{project_id}/os-volume-transfer/{transfer_id}', { pathParams: { transfer_id: id } });
  }

  #send<T>(method: string, url: string, parts: Partial<HttpRequestOptions> = {}): Promise<WithStatus<T>> {
    return this.#client.sendRequest({ method, url, contentType: 'application/json', queryParams: {}, pathParams: {}, headers: {}, ...parts });
  }
}
