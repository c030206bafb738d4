/** A server, two buckets of a Ceph gateway that belong to different accounts, and a synchronisation task between them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { ListSyncTaskStatisticResponse, ShowSyncTaskResponse, SyncWebhookResponse } from '@haulier/wire/oms/sync-tasks.ts';
import { isFailure } from '@haulier/platform/object-store/failure.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { openRgwStore, readAll } from '../durability/world.ts';
import { makeBucket, signedBy, startRgw, type Rgw } from '../stores/rgw.ts';
import { ask, signIn, type Answer } from '../support/iam.ts';
import { createInstallation, type TestInstallation, type TestProcess } from '../support/serve.ts';

const run = promisify(execFile);
const never = new AbortController().signal;

export class SyncSetting implements AsyncDisposable {
  readonly rgw: Rgw;
  readonly installation: TestInstallation;
  readonly source: ObjectStore;
  readonly destination: ObjectStore;
  readonly #token: string;
  #server: TestProcess;

  private constructor(rgw: Rgw, installation: TestInstallation, source: ObjectStore, destination: ObjectStore, token: string, server: TestProcess) {
    this.rgw = rgw;
    this.installation = installation;
    this.source = source;
    this.destination = destination;
    this.#token = token;
    this.#server = server;
  }

  /** The server runs. */
  static async open(): Promise<SyncSetting> {
    const rgw = await startRgw();
    const [alice, bob] = rgw.users;
    const source = openRgwStore(rgw, alice, await makeBucket(rgw, alice));
    const destination = openRgwStore(rgw, bob, await makeBucket(rgw, bob));
    const region = (cloud: string) => ({ cloud, region: 'rgw', endpoint: rgw.endpoint, addressing: 'path', signature: 'v4', signingRegion: 'us-east-1' });
    const installation = await createInstallation({ config: { regions: [region('AWS'), region('HEC')] } });
    const server = await installation.serve();
    return new SyncSetting(rgw, installation, source, destination, await signIn(installation.url, installation.account), server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.installation.remove();
    await Promise.all([this.source.close(), this.destination.close()]);
  }

  /** SIGKILL, and the next server on the same data. */
  restart(): Promise<void> {
    return this.whileDown(() => Promise.resolve());
  }

  async whileDown(then: () => Promise<void>): Promise<void> {
    await this.#server.kill();
    await then();
    this.#server = await this.installation.serve();
  }

  log(): string {
    return this.#server.log();
  }

  get keys(): { readonly src_ak: string; readonly src_sk: string; readonly dst_ak: string; readonly dst_sk: string } {
    const [alice, bob] = this.rgw.users;
    return { src_ak: alice.accessKey, src_sk: alice.secretKey, dst_ak: bob.accessKey, dst_sk: bob.secretKey };
  }

  createBody(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
    const [src, dst] = [this.source.location.bucket, this.destination.location.bucket];
    return { src_cloud_type: 'AWS', src_region: 'rgw', src_bucket: src, dst_region: 'rgw', dst_bucket: dst, ...this.keys, ...changes };
  }

  /** Below /v2/{project_id}/sync-tasks. */
  ask(method: string, path: string, body?: unknown): Promise<Answer> {
    return ask(this.installation.url, method, `/v2/${this.installation.account.projectId}/sync-tasks${path}`, { token: this.#token, ...(body === undefined ? {} : { body }) });
  }

  async create(changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { sync_task_id: id } = await this.#answer<{ readonly sync_task_id: string }>('POST', '', this.createBody(changes));
    return id;
  }

  /** URL-encodes the names. */
  async request(id: string, keys: readonly string[]): Promise<void> {
    await this.#answer('POST', `/${id}/events`, { object_keys: keys.map(encodeURIComponent) });
  }

  show(id: string): Promise<ShowSyncTaskResponse> {
    return this.#answer('GET', `/${id}?query_time=${Date.now()}`);
  }

  /** Requests, successes, failures, skips and bytes of this month. */
  async counts(id: string): Promise<readonly number[]> {
    const shown = await this.show(id);
    return [shown.monthly_acceptance_request, shown.monthly_success_object, shown.monthly_failure_object, shown.monthly_skip_object, shown.monthly_size];
  }

  statistics(id: string, types: string, from: number, to: number): Promise<ListSyncTaskStatisticResponse> {
    return this.#answer('GET', `/${id}/statistics?data_type=${types}&start_time=${from}&end_time=${to}`);
  }

  async webhook(id: string): Promise<string> {
    return (await this.#answer<SyncWebhookResponse>('POST', `/${id}/webhook`)).url;
  }

  async put(key: string, text: string | Buffer): Promise<void> {
    await this.source.write(key, bytesSource(Buffer.from(text)), { metadata: { contentType: 'text/plain', user: {} } }, never);
  }

  async remove(key: string): Promise<void> {
    const { rgw, source } = this;
    const path = key.split('/').map(encodeURIComponent).join('/');
    await run('curl', ['--silent', '--show-error', '--fail', ...signedBy(rgw.users[0]), '--request', 'DELETE', `${rgw.endpoint}/${source.location.bucket}/${path}`]);
  }

  async arrived(key: string): Promise<string | undefined> {
    try {
      return (await readAll(this.destination, key)).toString();
    } catch (error) {
      if (isFailure(error, 'absent')) return undefined;
      throw error;
    }
  }

  async #answer<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.ask(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }
}
