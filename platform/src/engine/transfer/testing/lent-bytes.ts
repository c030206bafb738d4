import type { ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import { StoreFailure } from '../../../object-store/failure.ts';

const chunkBytes = 64 * 1024;

/**
 * A body as a connection gives it: chunks in one buffer that is used again as soon as the sink has settled, so that
 * whoever keeps a chunk is found out.
 */
export function lentBytes(bytes: Uint8Array, signal: AbortSignal, small = Math.max(1, Math.ceil(bytes.byteLength / 3))): ByteSource {
  const buffer = new Uint8Array(Math.min(small, chunkBytes));
  let consumed = false;
  return {
    length: bytes.byteLength,
    async pipe(sink) {
      if (consumed) throw new TypeError('a body can be consumed once');
      consumed = true;
      for (let at = 0; at < bytes.byteLength; at += buffer.byteLength) {
        const chunk = buffer.subarray(0, Math.min(buffer.byteLength, bytes.byteLength - at));
        chunk.set(bytes.subarray(at, at + chunk.byteLength));
        await sink.write(chunk);
        signal.throwIfAborted();
        chunk.fill(0xee);
      }
    },
    discard() {
      consumed = true;
    },
  };
}

/** The connection breaks after so many bytes. */
export function brokenAfter(body: ByteSource, bytes: number): ByteSource {
  let left = bytes;
  return {
    length: body.length,
    async pipe(sink) {
      await body.pipe({
        write(chunk) {
          if (chunk.byteLength > left) return Promise.reject(new StoreFailure('transient', 'connection reset'));
          left -= chunk.byteLength;
          return sink.write(chunk);
        },
      });
    },
    discard: () => body.discard(),
  };
}

/** The body ends after so many bytes, without a word. */
export function endedAfter(body: ByteSource, bytes: number): ByteSource {
  return {
    length: body.length,
    async pipe(sink) {
      let left = bytes;
      await body.pipe({
        write(chunk) {
          const passed = chunk.subarray(0, left);
          left -= passed.byteLength;
          return passed.byteLength === 0 ? undefined : sink.write(passed);
        },
      });
    },
    discard: () => body.discard(),
  };
}

/** One byte arrives wrong, in another way for each seed. */
export function flipped(body: ByteSource, seed = 0): ByteSource {
  return {
    length: body.length,
    async pipe(sink) {
      let first = true;
      await body.pipe({
        write(chunk) {
          const copy = Buffer.from(chunk);
          if (first) copy[0] = (copy[0] ?? 0) ^ (1 + (seed % 255));
          first = false;
          return sink.write(copy);
        },
      });
    },
    discard: () => body.discard(),
  };
}

/** The same bytes from a source that does not tell how many there are. */
export function untold(body: ByteSource): ByteSource {
  return { length: undefined, pipe: (sink) => body.pipe(sink), discard: () => body.discard() };
}
