/**
 * Bytes that are pushed from a source into a sink without a copy.
 *
 * The pair is a leaner relative of Node's streams for the data plane: a source owns its buffers and lends each chunk to
 * the sink until the sink has settled; the sink's promise is the back-pressure.
 */

/** Takes chunks in order. */
export interface ByteSink {
  /**
   * The chunk belongs to the caller again as soon as the call returns undefined, or as soon as the returned promise
   * settles. A rejection stops the source.
   */
  write(chunk: Uint8Array): Promise<void> | undefined;
}

/** A body that can be consumed once. */
export interface ByteSource {
  /** Bytes to come; undefined when unknown. */
  readonly length: number | undefined;
  /**
   * Pushes all bytes into the sink and resolves when the sink has settled the last of them; undefined when it has done so
   * already. Rejects when the source breaks off early (never a short success), when the sink rejects, or with the signal's
   * reason.
   */
  pipe(sink: ByteSink): Promise<void> | undefined;
  /** Gives the body up without reading it. Safe to call at any time, also after `pipe`. */
  discard(): void;
}

/** A source over bytes already in memory. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    length: bytes.byteLength,
    async pipe(sink) {
      if (bytes.byteLength > 0) await sink.write(bytes);
    },
    discard() {},
  };
}

/** Reads a whole source into memory; rejects with a RangeError once more than `limit` bytes have come. */
export async function collectBytes(source: ByteSource, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  await source.pipe({
    write(chunk) {
      total += chunk.byteLength;
      if (total > limit) return Promise.reject(new RangeError(`body exceeds ${limit} bytes`));
      chunks.push(Buffer.from(chunk));
      return undefined;
    },
  });
  return Buffer.concat(chunks, total);
}
