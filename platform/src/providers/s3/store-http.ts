/** What requests to stores over HTTP have in common, whatever they speak: their headers, their bodies, and failures that say what was attempted. */
import { collectBytes } from '@haulier/lib/bytes/byte-stream.ts';
import { headerLine, type HttpRequest, type HttpResponse } from '@haulier/lib/http/exchange.ts';
import type { HttpClient } from '@haulier/lib/http/http-client.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import { failureOfError } from './errors.ts';
import type { Header } from './signer.ts';

export const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 256 * 1024;

/** Throws {@link StoreFailure} `bad-key` for what no header can hold. */
export function headerLines(headers: readonly Header[]): string {
  let lines = '';
  try {
    for (const [name, value] of headers) lines += headerLine(name, value);
  } catch (error) {
    throw new StoreFailure('bad-key', error instanceof Error ? error.message : 'a header that cannot be sent', { cause: error });
  }
  return lines;
}

/** Resolves with an answer of any status. Rejects with {@link StoreFailure}, or with the aborted signal's reason. */
export function exchange(client: HttpClient, request: HttpRequest, attempted: string, signal: AbortSignal): Promise<HttpResponse> {
  return unlessAborted(client.request(request, signal), attempted, signal);
}

/** The whole body of an answer. Rejects as {@link exchange} does. */
export function collectDocument({ body }: HttpResponse, attempted: string, signal: AbortSignal): Promise<Buffer> {
  return unlessAborted(collectBytes(body, MAX_DOCUMENT_BYTES), attempted, signal);
}

/** What a refusal says; empty when it says too much, or breaks off. */
export async function refusalText({ body }: HttpResponse, signal: AbortSignal): Promise<string> {
  const bytes = await collectBytes(body, MAX_ERROR_BYTES).catch(() => undefined);
  signal.throwIfAborted();
  return bytes?.toString('utf8') ?? '';
}

/** The failure of something that was attempted over HTTP; the aborted signal's reason comes before it. */
export async function unlessAborted<T>(doing: Promise<T> | T, attempted: string, signal: AbortSignal): Promise<T> {
  try {
    return await doing;
  } catch (error) {
    signal.throwIfAborted();
    throw failureOfError(error, attempted);
  }
}
