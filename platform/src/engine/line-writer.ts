/** Characters that are gathered before they become bytes: few enough to be gone with the young generation. */
const PIECE = 32 * 1024;
/** Bytes that a character takes at most. */
const WIDEST = 3;
const FIRST_BYTES = 1024;

/** Writes lines as UTF-8 into memory outside the heap, which is used again and grows to the longest of its segments. */
export class LineWriter {
  #buffer = Buffer.alloc(0);
  #length = 0;
  #text = '';
  #count = 0;

  /** Lines since the last {@link clear}. */
  get count(): number {
    return this.#count;
  }

  /** Their bytes; overwritten by what is added after the next {@link clear}. */
  get bytes(): Buffer {
    this.#encode();
    return this.#buffer.subarray(0, this.#length);
  }

  /** @param line ended by a line feed. */
  add(line: string): void {
    this.#text += line;
    this.#count++;
    if (this.#text.length >= PIECE) this.#encode();
  }

  /** @param lines so many of them. */
  append(lines: Uint8Array, count: number): void {
    this.#encode();
    this.#reserve(lines.byteLength);
    this.#buffer.set(lines, this.#length);
    this.#length += lines.byteLength;
    this.#count += count;
  }

  clear(): void {
    this.#length = this.#count = 0;
    this.#text = '';
  }

  #encode(): void {
    if (this.#text === '') return;
    this.#reserve(WIDEST * this.#text.length);
    this.#length += this.#buffer.write(this.#text, this.#length);
    this.#text = '';
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.byteLength) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, needed, 2 * this.#buffer.byteLength));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}
