import { TaskResp } from '@haulier/wire/oms/task.ts';
import type { ApiClient } from './api-client.ts';

export function showTask(client: ApiClient, id: string): Promise<TaskResp> {
  return client.ask(TaskResp, 'GET', `/v2/${encodeURIComponent(client.projectId)}/tasks/${encodeURIComponent(id)}`);
}
