/** A client of the server's API that signs as the SDKs do. */
import { parseWrittenJson, stringifyExactJson } from '@haulier/lib/exact-json/exact-json.ts';
import { signRequest } from '@haulier/lib/sdk-hmac-sha256/sign-request.ts';
import { CinderError, EvsError } from '@haulier/wire/evs/error.ts';
import { ErrorBody } from '@haulier/wire/oms/error.ts';
import { SmsErrorBody } from '@haulier/wire/sms/error.ts';
import { ProjectList } from '@haulier/wire/iam/projects.ts';
import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { UsageError } from '../usage-error.ts';
import type { ServerAccess } from './server-access.ts';

/** The server said no, or could not be asked. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly status: number | undefined;
  /** The field or the resource that the server says no to, where it names one. */
  readonly about: string | undefined;
  constructor(message: string, status?: number, about?: string) {
    super(message);
    this.status = status;
    this.about = about;
  }
}

/** For APIs without a project in their paths. */
export interface GlobalClient {
  /**
   * Sends `body` as JSON, integers with all their digits; those of the answer keep theirs where its schema takes bigints.
   * Throws {@link RemoteError} also for an answer that does not fit the schema.
   */
  ask<T extends TSchema>(answer: T, method: string, path: string, body?: object): Promise<Static<T>>;
  /** The texts of a long answer as they come, cut anywhere. Throws {@link RemoteError} when the server refuses. */
  stream(method: string, path: string, body: object, signal: AbortSignal): Promise<AsyncIterable<string>>;
}

export interface ApiClient extends GlobalClient {
  readonly projectId: string;
}

/** Looks the project up where the access names none. @param now milliseconds since the epoch */
export async function openClient(access: ServerAccess, now: () => number): Promise<ApiClient> {
  const client = openGlobalClient(access, now);
  return { ...client, projectId: access.project?.kind === 'id' ? access.project.id : await findProject(client, access.project?.name) };
}

/** @param now milliseconds since the epoch */
export function openGlobalClient(access: ServerAccess, now: () => number): GlobalClient {
  const ask: GlobalClient['ask'] = async (answer, method, path, body) => parseAnswer(answer, await textOf(await send(access, now(), method, path, body)));
  const stream: GlobalClient['stream'] = async (method, path, body, signal) => {
    const answer = await send(access, now(), method, path, body, signal);
    if (!answer.ok || answer.body === null) return parseAnswer(Type.Never(), await textOf(answer));
    return answer.body.pipeThrough(new TextDecoderStream());
  };
  return { ask, stream };
}

/** The one of that name, or else the user's only one. */
async function findProject(client: GlobalClient, name: string | undefined): Promise<string> {
  const { projects } = await client.ask(ProjectList, 'GET', '/v3/auth/projects');
  const [first, second] = name === undefined ? projects : projects.filter((project) => project.name === name);
  if (first === undefined) throw new UsageError(name === undefined ? 'this user has no project on the server' : `this user has no project "${name}" on the server; it has ${projects.map((project) => project.name).join(', ')}`);
  if (second !== undefined) throw new UsageError('this user has several projects on the server: name one with --project, or set HAULIER_PROJECT_ID, or project_id in the profile');
  return first.id;
}

async function send({ endpoint, key }: ServerAccess, now: number, method: string, path: string, body: object | undefined, signal?: AbortSignal): Promise<Response> {
  const url = new URL(path, endpoint);
  const text = body === undefined ? '' : stringifyExactJson(body);
  const headers = signRequest({ method, url, headers: body === undefined ? {} : { 'content-type': 'application/json' }, body: text }, key, now);
  try {
    return await fetch(url, { method, headers, ...(body === undefined ? {} : { body: text }), ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new RemoteError(`${url.origin} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

async function textOf(answer: Response): Promise<{ readonly status: number; readonly text: string }> {
  return { status: answer.status, text: await answer.text() };
}

function parseAnswer<T extends TSchema>(schema: T, { status, text }: { readonly status: number; readonly text: string }): Static<T> {
  const exact = parseJson(text, parseWrittenJson);
  if (status >= 300) throw new RemoteError(errorText(exact) ?? `the server answered ${status}`, status, Value.Check(SmsErrorBody, exact) ? exact.error_param[0] : undefined);
  if (Value.Check(schema, exact)) return exact;
  const rounded = parseJson(text, JSON.parse);
  if (!Value.Check(schema, rounded)) throw new RemoteError(`the server answered ${status} with something else than was asked for`, status);
  return rounded;
}

/** What the server says, in any of its error shapes. */
function errorText(value: unknown): string | undefined {
  if (Value.Check(ErrorBody, value)) return `${value.error_msg} (${value.error_code})`;
  if (Value.Check(EvsError, value)) return `${value.error.message} (${value.error.code})`;
  // Cinder's shape; Keystone's is one of its kind.
  return Value.Check(CinderError, value) ? Object.values(value)[0]?.message : undefined;
}

/** Undefined for an empty text and for what is no JSON. */
function parseJson(text: string, parse: (text: string) => unknown): unknown {
  try {
    return text === '' ? undefined : parse(text);
  } catch {
    return undefined;
  }
}
