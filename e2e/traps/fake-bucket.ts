/** What the fake store keeps: objects and uploads of one bucket, in memory. */
import { createHash } from 'node:crypto';

export interface FakeObject {
  readonly body: Buffer;
  /** As in the header, with its quotes. */
  readonly etag: string;
  readonly modified: number;
  /** Content headers and metadata, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface FakeUpload {
  readonly id: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly parts: Map<number, { readonly body: Buffer; readonly etag: string }>;
}

export class FakeBucket {
  readonly objects = new Map<string, FakeObject>();
  readonly uploads = new Map<string, FakeUpload>();
  #made = 0;

  put(key: string, body: Buffer | string, over: Partial<FakeObject> = {}): FakeObject {
    const bytes = Buffer.from(body);
    const object = { body: bytes, etag: `"${md5(bytes)}"`, modified: Date.UTC(2026, 0, 1, 8), headers: {}, ...over };
    this.objects.set(key, object);
    return object;
  }

  /** In the order of their bytes. */
  keys(prefix: string, after: string | undefined): readonly string[] {
    const all = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).map((key) => Buffer.from(key));
    const ordered = all.toSorted((a, b) => Buffer.compare(a, b));
    return ordered.filter((key) => after === undefined || Buffer.compare(key, Buffer.from(after)) > 0).map((key) => key.toString());
  }

  begin(key: string, headers: FakeObject['headers']): FakeUpload {
    const upload = { id: `upload-${++this.#made}`, key, headers, parts: new Map<number, { body: Buffer; etag: string }>() };
    this.uploads.set(upload.id, upload);
    return upload;
  }

  complete(upload: FakeUpload, numbers: readonly number[]): FakeObject {
    const parts = numbers.flatMap((number) => upload.parts.get(number) ?? []);
    this.uploads.delete(upload.id);
    const etag = `"${md5(Buffer.concat(parts.map((part) => Buffer.from(md5(part.body), 'hex'))))}-${parts.length}"`;
    return this.put(upload.key, Buffer.concat(parts.map((part) => part.body)), { etag, headers: upload.headers, modified: Date.now() });
  }
}

export function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
