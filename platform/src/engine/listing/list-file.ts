/** The file of a selection by list, read a block at a time. */
import { collectBytes } from '@haulier/lib/bytes/byte-stream.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import { patiently, RunFailure } from '../patience.ts';
import type { Clock } from '../transfer/transfer.ts';

/** Longest line, without its end (section 6.2, TRF.0018). */
export const MAX_LINE_CHARACTERS = 65_535;
/** Read at once: as many bytes as the longest line may have. */
const BLOCK_BYTES = 4 * MAX_LINE_CHARACTERS + '\r\n'.length;
const LINE_FEED = 0x0a;

export class ListFile {
  readonly #store: ObjectStore;
  readonly #key: string;
  readonly #clock: Clock;

  constructor(store: ObjectStore, key: string, clock: Clock) {
    this.#store = store;
    this.#key = key;
    this.#clock = clock;
  }

  /** In bytes. */
  async size(signal: AbortSignal): Promise<number> {
    const { size } = await patiently('list-file', this.#clock, signal, () => this.#store.stat(this.#key, signal));
    return size;
  }

  /**
   * Whole lines from `first`, the start of a line, on: at least one, and no more than fit a block. Empty at `end`.
   *
   * @throws {RunFailure} when a line fills a block and goes on.
   */
  async lines(first: number, end: number, signal: AbortSignal): Promise<Buffer> {
    if (first >= end) return Buffer.alloc(0);
    const block = await this.#read(first, Math.min(end, first + BLOCK_BYTES), signal);
    if (first + block.byteLength >= end) return block;
    const lastFeed = block.lastIndexOf(LINE_FEED);
    if (lastFeed < 0) throw lineTooLong(first);
    return block.subarray(0, lastFeed + 1);
  }

  /** The start of the first line that begins at or after `offset`; `end` when there is none before it. */
  async lineStart(offset: number, end: number, signal: AbortSignal): Promise<number> {
    if (offset === 0 || offset >= end) return Math.min(offset, end);
    // A line begins at the offset itself when the byte before it ends one.
    const block = await this.#read(offset - 1, Math.min(end, offset - 1 + BLOCK_BYTES), signal);
    const feed = block.indexOf(LINE_FEED);
    if (feed < 0 && offset - 1 + block.byteLength < end) throw lineTooLong(offset);
    return feed < 0 ? end : offset + feed;
  }

  #read(first: number, end: number, signal: AbortSignal): Promise<Buffer> {
    return patiently('list-file', this.#clock, signal, async () => {
      const { body } = await this.#store.read(this.#key, { range: { first, last: end - 1 } }, signal);
      const bytes = await collectBytes(body, end - first);
      if (bytes.byteLength < end - first) throw new StoreFailure('changed', `the list file ${JSON.stringify(this.#key)} has become shorter`);
      return bytes;
    });
  }
}

/** @param offset of a byte in the line. */
export function lineTooLong(offset: number): RunFailure {
  return new RunFailure(new StoreFailure('bad-key', `the list file has a line of more than ${MAX_LINE_CHARACTERS} characters at byte ${offset}`), 'list-file');
}
