/** Object migrations of a server, made and watched over its API. */
import type { Server } from './server.ts';
import type { Stub } from './stub.ts';
import { accessKey, regionLine, secretKey } from './tools.ts';

export interface TaskAnswer {
  readonly status: number;
  readonly skipped_num: number;
}

/** Configuration of a server that migrates between the two sides of a stub. @param tasks that it works on at once */
export function migrationConfig(stub: Stub, tasks: number): string {
  return `worker: { tasks: ${tasks} }\nregions:\n${regionLine('AWS', 'bench-src', stub.source, stub.caFile)}${regionLine('HEC', 'bench-dst', stub.destination, stub.caFile)}`;
}

export async function createTask(server: Server, bucket: string, destinationBucket: string): Promise<number> {
  const keys = { ak: accessKey, sk: secretKey };
  const source = { cloud_type: 'AWS', region: 'bench-src', bucket, object_key: [''], ...keys };
  const { id } = await ask(server, 'POST', 'tasks', { task_type: 'prefix', src_node: source, dst_node: { region: 'bench-dst', bucket: destinationBucket, ...keys } }) as { id: number };
  return id;
}

export async function showTask(server: Server, id: number): Promise<TaskAnswer> {
  return await ask(server, 'GET', `tasks/${id}`) as TaskAnswer;
}

async function ask({ url, account, token }: Server, method: string, path: string, body?: object): Promise<unknown> {
  const headers = { 'x-auth-token': token, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/v2/${account.project_id}/${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
