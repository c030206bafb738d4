/** The server's API as agents and scripts knock at it: again and again while nobody answers. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Reply {
  readonly status: number;
  /** Parsed; undefined when there is none. */
  readonly body: unknown;
  /** The request was made more than once: an earlier one may have done what this one found done. */
  readonly repeated: boolean;
}

export interface Door {
  /** A request that gets through once at least: while the connection breaks or the server is not there, it is made again. */
  ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<Reply>;
}

/** Gives up after two minutes without an answer. */
const patienceMs = 120_000;

export function openDoor(url: string, token: string): Door {
  const once = async (method: string, path: string, text: string | undefined): Promise<Omit<Reply, 'repeated'>> => {
    const answer = await fetch(url + path, { method, headers: { 'x-auth-token': token, ...(text === undefined ? {} : { 'content-type': 'application/json' }) }, ...(text === undefined ? {} : { body: text }) });
    const body = await answer.text();
    return { status: answer.status, body: body === '' ? undefined : JSON.parse(body) as unknown };
  };
  return {
    async ask(method, path, body) {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const until = Date.now() + patienceMs;
      for (let repeated = false; ; repeated = true) {
        const reply = await once(method, path, text).catch((error: unknown) => {
          if (Date.now() > until) throw error;
          return undefined;
        });
        if (reply !== undefined && reply.status !== 503) return { ...reply, repeated };
        await sleep(50 + Math.random() * 100);
      }
    },
  };
}

/** The body of a reply that must be a success. */
export function fine({ status, body }: Pick<Reply, 'status' | 'body'>, what: string): unknown {
  if (status !== 200) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** A field of an answer by its path. */
export function at(body: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === String(name))?.[1] : undefined), body);
}

export function textAt(body: unknown, ...path: readonly (string | number)[]): string {
  const value = at(body, ...path);
  if (typeof value !== 'string') throw new Error(`no text at ${path.join('.')} of ${JSON.stringify(body)}`);
  return value;
}
