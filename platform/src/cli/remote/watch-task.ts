import { TaskResp } from '@haulier/wire/oms/task.ts';
import type { Clock } from '../../engine/transfer/transfer.ts';
import type { ProgressView } from '../progress-view.ts';
import { RemoteError, type ApiClient } from './api-client.ts';
import { isOver, progressOf } from './task-text.ts';

const lookEveryMs = 1000;
/** A server that restarts is back by then. */
const patienceMs = 60_000;

/** Looks every second until the task goes on no further; rides out a restart of the server. */
export async function watchTask(client: ApiClient, id: string, view: ProgressView, clock: Clock, signal: AbortSignal): Promise<TaskResp> {
  let lastSeen = clock.now();
  for (;;) {
    const task = await showTask(client, id).catch((error: unknown) => {
      if (!(error instanceof RemoteError) || !mayPass(error) || clock.now() - lastSeen > patienceMs) throw error;
      return undefined;
    });
    if (task !== undefined) {
      lastSeen = clock.now();
      view.update(progressOf(task));
      if (isOver(task.status)) return task;
    }
    await clock.sleep(lookEveryMs, signal);
  }
}

export function showTask(client: ApiClient, id: string): Promise<TaskResp> {
  return client.ask(TaskResp, 'GET', `/v2/${client.projectId}/tasks/${encodeURIComponent(id)}`);
}

function mayPass({ status }: RemoteError): boolean {
  return status === undefined || status === 429 || status >= 500;
}
