import { request as requestPlain, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { BackendFailure } from '../../volumes/volume-backend.ts';

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** PEM certificates to trust instead of the system's own. */
  readonly ca?: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Undefined where it is no JSON. */
  readonly body: unknown;
}

const answerWithinMs = 60_000;
const largestAnswer = 64 * 1024 * 1024;

/** One request and its whole answer. Fails as `unavailable` where no answer comes, with the signal's reason when that aborts. */
export async function exchange({ method, url, headers, body, ca }: Exchange, signal: AbortSignal): Promise<Answer> {
  signal.throwIfAborted();
  const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const lines = { accept: 'application/json', ...(sent === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(sent.length) }), ...headers };
  const options = { method, headers: lines, signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]) };
  try {
    const request = url.startsWith('https:') ? requestSecure(url, ca === undefined ? options : { ...options, ca }) : requestPlain(url, options);
    const answer = await answerTo(request, sent);
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: parsed(await textOf(answer)) };
  } catch (error) {
    signal.throwIfAborted();
    throw new BackendFailure('unavailable', 'the cloud that keeps the disk does not answer', { detail: `${new URL(url).host}: ${reasonOf(error)}`, cause: error });
  }
}

function answerTo(request: ClientRequest, body: Buffer | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => request.once('response', resolve).once('error', reject).end(body));
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer.iterator()) {
    if (!(chunk instanceof Buffer)) continue;
    length += chunk.length;
    if (length > largestAnswer) throw new Error(`it is longer than ${largestAnswer} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What Node.js calls certificates of an authority that it does not know. */
const untrusted: readonly string[] = ['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'];

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (untrusted.includes(code)) return `its certificate is of an authority that is not trusted here (${code}): name the file with the cloud's authority as caFile`;
  if (error.name === 'TimeoutError') return `nothing came within ${answerWithinMs / 1000} s`;
  return error.message === '' ? code : error.message;
}
