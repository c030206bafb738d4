/** What the entries of one listing have in common: the text between their values. */

export type Field = 'Key' | 'Size' | 'LastModified' | 'ETag' | 'StorageClass' | 'ignored';

/** One value of an entry. */
export interface ShapeStep {
  /** All that stands between the value before, or the start of the entry, and this one. */
  readonly before: Literal;
  readonly field: Field;
  /** What ends the value of an ignored field, which may have children of its own. */
  readonly close: Literal;
}

export interface EntryShape {
  readonly steps: readonly ShapeStep[];
  /** All that stands after the last value, to the end of the entry. */
  readonly end: Literal;
}

export const ENTRY = '<Contents>';
export const ENTRY_END = '</Contents>';
/** How an ETag may be quoted. */
const QUOTES = ['&quot;', '"'];

interface Tag {
  readonly field: Field;
  readonly open: string;
  readonly close: string;
}

function tagNamed(name: string, field: Field): Tag {
  return { field, open: `<${name}>`, close: `</${name}>` };
}

/** Owner has children of its own; the other ignored ones say nothing we need. */
const TAGS: readonly Tag[] = [
  ...(['Key', 'Size', 'LastModified', 'ETag', 'StorageClass'] as const).map((name) => tagNamed(name, name)),
  ...['Owner', 'Type', 'ChecksumAlgorithm', 'ChecksumType'].map((name) => tagNamed(name, 'ignored')),
];

/** The shape of the entry that the text begins with; undefined when it is not made of the tags we know, each of them once. */
export function shapeOfEntry(text: string): EntryShape | undefined {
  const steps: ShapeStep[] = [];
  const seen = new Set<Field>();
  let before = ENTRY;
  let at = ENTRY.length;
  while (!text.startsWith(ENTRY_END, at)) {
    const tag = TAGS.find(({ open }) => text.startsWith(open, at));
    if (tag === undefined || seen.has(tag.field)) return undefined;
    if (tag.field !== 'ignored') seen.add(tag.field);
    const start = at + tag.open.length;
    const end = text.indexOf(tag.field === 'ignored' ? tag.close : '<', start);
    if (end < 0 || !text.startsWith(tag.close, end)) return undefined;
    const quote = tag.field === 'ETag' ? quoteOf(text, start, end) : '';
    steps.push({ before: new Literal(before + tag.open + quote), field: tag.field, close: new Literal(tag.close) });
    before = quote + tag.close;
    at = end + tag.close.length;
  }
  const complete = seen.has('Key') && seen.has('Size') && seen.has('LastModified');
  return complete ? { steps, end: new Literal(before + ENTRY_END) } : undefined;
}

function quoteOf(text: string, start: number, end: number): string {
  return QUOTES.find((quote) => text.startsWith(quote, start) && end - start >= 2 * quote.length) ?? '';
}

const WORD = 4;

/** A text of at least four Latin-1 characters that is looked for at known places, four bytes at a time. */
export class Literal {
  readonly length: number;
  private readonly words: Int32Array;

  constructor(text: string) {
    const bytes = Buffer.from(text, 'latin1');
    this.length = bytes.byteLength;
    this.words = new Int32Array(Math.ceil(this.length / WORD));
    for (let i = 0; i < this.words.length; i++) this.words[i] = bytes.readInt32LE(Math.min(i * WORD, this.length - WORD));
  }

  isAt(view: DataView, at: number): boolean {
    if (at + this.length > view.byteLength) return false;
    const last = this.words.length - 1;
    for (let i = 0; i < last; i++) {
      if (view.getInt32(at + i * WORD, true) !== this.words[i]) return false;
    }
    return view.getInt32(at + this.length - WORD, true) === this.words[last];
  }
}
