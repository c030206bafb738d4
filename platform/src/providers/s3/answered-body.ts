/** What an answer to a GET holds: its size, checked against what was asked for, and its body. */
import type { ByteSink, ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { HttpResponse } from '@haulier/lib/http/exchange.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import { failureOfError } from './errors.ts';

/** The size of the object in an answer to a read of all of it. */
export function wholeSize({ status, body }: HttpResponse): number {
  if (status !== 200) throw new StoreFailure('protocol', `status ${status} to a read of the whole object`);
  if (body.length === undefined) throw new StoreFailure('protocol', 'a body of unknown length');
  return body.length;
}

/** The size of the whole object; the answer must hold the range asked for, or what there is of it, and nothing else. */
export function rangedSize(response: HttpResponse, range: { readonly first: number; readonly last: number }): number {
  const { status, body } = response;
  if (status === 200 && range.first === 0 && body.length !== undefined && body.length <= range.last + 1) return body.length;
  if (status !== 206) throw new StoreFailure('protocol', `status ${status} to a ranged read`);
  const header = response.header('content-range') ?? '';
  const told = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header);
  const [first, last, total] = [Number(told?.[1]), Number(told?.[2]), Number(told?.[3])];
  const matches = first === range.first && last === Math.min(range.last, total - 1) && body.length === last - first + 1;
  if (!matches) throw new StoreFailure('corrupt', `bytes ${range.first}-${range.last} asked for, "${header}" received`);
  return total;
}

/** Reports a broken connection as the store's failure. */
export class StoreBody implements ByteSource {
  readonly #body: ByteSource;
  readonly #attempted: string;
  readonly #signal: AbortSignal;

  constructor(body: ByteSource, attempted: string, signal: AbortSignal) {
    this.#body = body;
    this.#attempted = attempted;
    this.#signal = signal;
  }

  get length(): number | undefined {
    return this.#body.length;
  }

  pipe(sink: ByteSink): Promise<void> | undefined {
    return this.#body.pipe(sink)?.catch((error: unknown) => {
      this.#signal.throwIfAborted();
      throw failureOfError(error, this.#attempted);
    });
  }

  discard(): void {
    this.#body.discard();
  }
}
