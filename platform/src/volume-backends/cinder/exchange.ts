import { BackendFailure } from '../../volumes/volume-backend.ts';

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

const answerWithinMs = 60_000;

/** One request and its whole answer; `body` is undefined where it is no JSON. Fails as `unavailable` where no answer comes, with the signal's reason when that aborts. */
export async function exchange({ method, url, headers, body }: Exchange, signal: AbortSignal): Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }> {
  signal.throwIfAborted();
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    });
    return { status: response.status, headers: response.headers, body: parsed(await response.text()) };
  } catch (error) {
    signal.throwIfAborted();
    throw new BackendFailure('unavailable', 'the cloud that keeps the disk does not answer', { detail: `${new URL(url).host}: ${reasonOf(error)}`, cause: error });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The cause's, where there is one: of its own, fetch says no more than that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed';
  return error.cause instanceof Error ? error.cause.message : error.message;
}
