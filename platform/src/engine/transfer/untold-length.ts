/**
 * Bodies whose source does not tell their length (chunked HTTP answers). A store wants to know the length of a write
 * before, so these bytes are held in memory, a bounded stretch at a time.
 */
import type { ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { TransferContext } from './transfer.ts';

const firstBytes = 64 * 1024;

/** The whole body, or undefined when it has more than `limit` bytes; it is then given up. */
export async function collectAtMost(body: ByteSource, limit: number, bandwidth: TransferContext['bandwidth'], signal: AbortSignal): Promise<Buffer | undefined> {
  let held: Buffer = Buffer.allocUnsafe(Math.min(firstBytes, limit));
  let fill = 0;
  const tooLong = new RangeError(`more than ${limit} bytes`);
  const sink = {
    write(chunk: Uint8Array): Promise<void> | undefined {
      if (fill + chunk.byteLength > limit) {
        return Promise.reject(tooLong);
      }
      if (fill + chunk.byteLength > held.byteLength) held = grown(held, fill, Math.min(limit, Math.max(held.byteLength * 2, fill + chunk.byteLength)));
      held.set(chunk, fill);
      fill += chunk.byteLength;
      return bandwidth.take(chunk.byteLength, signal);
    },
  };
  try {
    await body.pipe(sink);
  } catch (error) {
    if (error !== tooLong) throw error;
    body.discard();
    return undefined;
  }
  return held.subarray(0, fill);
}

function grown(held: Buffer, fill: number, size: number): Buffer {
  const larger = Buffer.allocUnsafe(size);
  held.copy(larger, 0, 0, fill);
  return larger;
}

/**
 * Hands the body on in stretches of `partBytes`, the last of them shorter or empty. The bytes of a stretch belong to
 * `onPart` until its promise settles; nothing is read meanwhile. Resolves with the number of bytes in all.
 */
export async function cutInParts(
  body: ByteSource,
  partBytes: number,
  bandwidth: TransferContext['bandwidth'],
  signal: AbortSignal,
  onPart: (bytes: Buffer, last: boolean) => Promise<void>,
): Promise<number> {
  const held = Buffer.allocUnsafeSlow(partBytes);
  let fill = 0;
  let total = 0;

  const take = async (chunk: Uint8Array): Promise<void> => {
    await bandwidth.take(chunk.byteLength, signal);
    for (let at = 0; at < chunk.byteLength; ) {
      // A full stretch goes out only when more comes: the last one must be known as the last.
      if (fill === partBytes) {
        await onPart(held, false);
        fill = 0;
      }
      const stretch = chunk.subarray(at, at + partBytes - fill);
      held.set(stretch, fill);
      fill += stretch.byteLength;
      at += stretch.byteLength;
    }
  };

  await body.pipe({
    write(chunk) {
      total += chunk.byteLength;
      return take(chunk);
    },
  });
  await onPart(held.subarray(0, fill), true);
  return total;
}
