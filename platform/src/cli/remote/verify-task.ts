/** Asks a server to read both sides of a task again. */
import { openClient } from './api-client.ts';
import { findServer, type AccessFlags } from './server-access.ts';
import type { StoreFlags } from './store-keys.ts';
import { showTask } from './show-task.ts';
import { keysOfTask } from './task-keys.ts';

export interface VerifyTaskOptions extends AccessFlags, StoreFlags {
  readonly readBytes: boolean;
}

/** The report as it arrives, cut anywhere. */
export async function verifyTask(id: string, options: VerifyTaskOptions, signal: AbortSignal): Promise<AsyncIterable<string>> {
  const client = await openClient(await findServer(options, process.env), Date.now);
  const keys = await keysOfTask(await showTask(client, id), options);
  return client.stream('POST', `/v2/${encodeURIComponent(client.projectId)}/tasks/${encodeURIComponent(id)}/verify`, {
    ...keys,
    read_bytes: options.readBytes,
  }, signal);
}
