/** Source servers and their tasks by what people call them. */
import { isUuid } from '@haulier/lib/uuid/uuid.ts';
import { ListServersResponse } from '@haulier/wire/sms/source-answers.ts';
import { ListTasksResponse } from '@haulier/wire/sms/task-answers.ts';
import { UsageError } from '../usage-error.ts';
import { RemoteError, type GlobalClient } from './api-client.ts';

/** The id of the one of that name. @throws UsageError when several have it; RemoteError when none has. */
export async function findServerId(client: GlobalClient, text: string): Promise<string> {
  if (isUuid(text.toLowerCase())) return text;
  const { source_servers: servers } = await client.ask(ListServersResponse, 'GET', `/v3/sources?${named(text)}`);
  return onlyOne('source server', 'list', text, servers);
}

/** Throws as {@link findServerId} does. */
export async function findTaskId(client: GlobalClient, text: string): Promise<string> {
  if (isUuid(text.toLowerCase())) return text;
  const { tasks } = await client.ask(ListTasksResponse, 'GET', `/v3/tasks?${named(text)}`);
  return onlyOne('migration task', 'task list', text, tasks);
}

/** Ids of all of them before anything is asked of one: a slip of the pen does nothing by halves. */
export async function findEach(texts: readonly string[], find: (text: string) => Promise<string>): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const text of texts) ids.push(await find(text));
  return ids;
}

/** The API's filter finds the text anywhere in a name. */
function named(text: string): string {
  return new URLSearchParams({ name: text, limit: '200' }).toString();
}

function onlyOne(kind: string, lister: string, name: string, found: readonly { readonly id: string; readonly name: string }[]): string {
  const [first, ...more] = found.filter((each) => each.name === name);
  if (first === undefined) throw new RemoteError(`there is no ${kind} "${name}": see haulier server ${lister}`);
  if (more.length > 0) throw new UsageError(`${more.length + 1} ${kind}s are called "${name}", name one by its ID: ${[first, ...more].map(({ id }) => id).join(', ')}`);
  return first.id;
}
