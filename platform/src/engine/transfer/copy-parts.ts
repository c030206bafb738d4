/** Fills an upload: the parts that are missing, several at once, each from a ranged GET pinned to one version. */
import { combineCrc64, type Crc64Engine, type Crc64Stream } from '@haulier/lib/crc64/crc64.ts';
import { Md5 } from '@haulier/lib/digest/md5.ts';
import type { ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { UploadedPart } from '../../object-store/object-store.ts';
import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import { at, SidedFailure, type Side } from '../sided-failure.ts';
import { persist } from './attempts.ts';
import { digestBody } from './content-md5.ts';
import { inLanes } from './lanes.ts';
import { checkPinned, comparableEtag, givesMd5, type CopiedParts, type DigestedPart, type LargeCopy } from './large-copy.ts';
import { compositeEtag, partCount, partRange, type PartPlan, type PartRange } from './parts.ts';
import { TappedBody, type Onlooker } from './tapped-body.ts';
import type { OpenUpload } from './upload-ledger.ts';
import { digestNeeded, plainMd5 } from './verify.ts';

/** Resolves when every part is there. Throws a {@link SidedFailure}; nothing is in flight then. */
export async function copyParts(copy: LargeCopy, open: OpenUpload, plan: PartPlan): Promise<CopiedParts> {
  const filling = new Filling(copy, open, plan, await digestOf(copy, plan));
  await filling.fill();
  await filling.compareWithSource();
  return filling.result();
}

type Digest = { readonly kind: 'none' } | { readonly kind: 'md5' } | { readonly kind: 'crc64'; readonly engine: Crc64Engine };

/** A part's bytes on their way, with the digest that they leave behind. */
interface Reading {
  readonly tap: TappedBody;
  readonly md5: Md5 | undefined;
  readonly crc64: Crc64Stream | undefined;
}

async function digestOf(copy: LargeCopy, plan: PartPlan): Promise<Digest> {
  const kind = digestNeeded({
    check: copy.scope.context.plan.check,
    sourceMd5: copy.memory.distrust ? undefined : comparableEtag(copy, plan),
    destinationGivesMd5: givesMd5(copy),
    sourceCrc64: copy.version.crc64,
    destinationGivesCrc64: copy.scope.context.destination.traits.crc64 !== undefined,
  });
  return kind === 'crc64' ? { kind, engine: await copy.scope.crc64() } : { kind };
}

class Filling {
  private readonly copy: LargeCopy;
  private readonly open: OpenUpload;
  private readonly plan: PartPlan;
  private readonly digest: Digest;
  private readonly copied: Map<number, DigestedPart>;
  /** A part's ETag was not the MD5 of its bytes twice: the destination may encrypt. What it is shows when it is complete. */
  private etagsDoubted = false;
  /** Parts that the latest reading found to be others. */
  private rewritten = 0;

  constructor(copy: LargeCopy, open: OpenUpload, plan: PartPlan, digest: Digest) {
    this.copy = copy;
    this.open = open;
    this.plan = plan;
    this.digest = digest;
    this.copied = this.partsThere();
    copy.memory.filled = { uploadId: open.upload.uploadId, parts: this.copied };
  }

  async fill(): Promise<void> {
    const missing = this.ranges().filter((range) => !this.copied.has(range.number));
    await this.inLanes(missing, (range, signal) => this.copyPart(range, this.digest, signal));
  }

  /**
   * A multipart ETag of the source that these parts should have, and would not get, is contradicted by a second reading
   * that agrees with what is there, not by the first: until one of the two agrees, parts are read again, and written
   * again where they differ. So nothing wrong is ever completed.
   */
  async compareWithSource(): Promise<void> {
    const { scope } = this.copy;
    const expected = comparableEtag(this.copy, this.plan);
    if (expected === undefined || !givesMd5(this.copy)) return;
    for (let reading = 0; reading < scope.limits.attempts.corrupt; reading++) {
      const composite = compositeEtag(this.parts().map((part) => part.etag));
      if (composite === undefined || composite === expected) return;
      this.rewritten = 0;
      await this.inLanes(this.ranges(), (range, signal) => this.readAgain(range, signal));
      if (this.rewritten === 0) {
        scope.learned.sourceCompositesMislead = true;
        return;
      }
    }
    throw new SidedFailure(new StoreFailure('corrupt', 'no two readings of the source agree'), 'source');
  }

  result(): CopiedParts {
    const all = this.ranges().map((range) => ({ range, copied: this.copied.get(range.number) }));
    let crc64: bigint | undefined = 0n;
    for (const { range, copied } of all) {
      crc64 = crc64 === undefined || copied?.crc64 === undefined ? undefined : combineCrc64(crc64, copied.crc64, range.bytes);
    }
    return { parts: this.parts(), readMd5: compositeEtag(all.map(({ copied }) => copied?.md5)), readCrc64: crc64?.toString() };
  }

  private inLanes(ranges: readonly PartRange[], work: (range: PartRange, signal: AbortSignal) => Promise<void>): Promise<void> {
    const { scope, signal: caller } = this.copy;
    const { parts, attempts } = scope.limits;
    return inLanes(ranges, parts, caller, (range, signal) => persist(attempts, scope.context.clock, signal, () => work(range, signal)));
  }

  /**
   * Parts of the right size that the upload has. Of an upload that this call has filled before these are the ones whose
   * answer came: a part without one was never compared with what was read.
   */
  private partsThere(): Map<number, DigestedPart> {
    const { upload, parts } = this.open;
    const { filled } = this.copy.memory;
    const ours = filled?.uploadId === upload.uploadId ? filled.parts : undefined;
    const there = new Map<number, DigestedPart>();
    for (const { number, bytes } of this.ranges()) {
      const part = parts.get(number);
      const known = ours === undefined ? part && { part } : ours.get(number);
      if (part?.size === bytes && known?.part.etag === part.etag) there.set(number, known);
    }
    return there;
  }

  private ranges(): PartRange[] {
    return Array.from({ length: partCount(this.plan) }, (_, index) => partRange(this.plan, index + 1));
  }

  private parts(): UploadedPart[] {
    return [...this.copied.values()].map(({ part }) => part).sort((a, b) => a.number - b.number);
  }

  private async copyPart(range: PartRange, digest: Digest, signal: AbortSignal): Promise<void> {
    const { multipart, scope } = this.copy;
    let reading = await this.read(range, digest, signal);
    const again = async (): Promise<ByteSource> => (reading = await this.read(range, digest, signal)).tap;
    const { body, contentMd5 } = scope.learned.wantsContentMd5
      ? await this.pour(reading.tap, () => digestBody(reading.tap, again, scope.limits.partBytes))
      : { body: reading.tap, contentMd5: undefined };
    const part = await this.pour(reading.tap, () => multipart.writePart(this.open.upload, range.number, body, signal, contentMd5));
    const copied = { part, md5: reading.md5?.hex(), crc64: reading.crc64?.value() };
    const first = !this.copied.has(range.number);
    this.copied.set(range.number, copied);
    if (copied.md5 === undefined || copied.md5 === plainMd5(part.etag) || this.etagsDoubted) return;
    if (!first) {
      this.etagsDoubted = true;
      return;
    }
    throw new SidedFailure(new StoreFailure('corrupt', `part ${range.number}: the ETag is not the MD5 of the bytes sent`), 'destination');
  }

  /** Digests the source's bytes of a part that is there, and writes it anew when they are others. */
  private async readAgain(range: PartRange, signal: AbortSignal): Promise<void> {
    const md5 = new Md5();
    const body = await this.openRange(range, signal, md5);
    await this.pour(body, () => body.pipe({ write: () => undefined }));
    const digest = md5.hex();
    const copied = this.copied.get(range.number);
    if (copied !== undefined && digest === plainMd5(copied.part.etag)) {
      this.copied.set(range.number, { ...copied, md5: digest });
      return;
    }
    this.rewritten += 1;
    await this.copyPart(range, { kind: 'md5' }, signal);
  }

  private async read(range: PartRange, digest: Digest, signal: AbortSignal): Promise<Reading> {
    const md5 = digest.kind === 'md5' ? new Md5() : undefined;
    const crc64 = digest.kind === 'crc64' ? digest.engine.start() : undefined;
    return { tap: await this.openRange(range, signal, md5 ?? crc64), md5, crc64 };
  }

  private async openRange(range: PartRange, signal: AbortSignal, onlooker: Onlooker | undefined): Promise<TappedBody> {
    const { scope, version } = this.copy;
    const bounds = { first: range.first, last: range.last };
    const options = version.etag === undefined ? { range: bounds } : { range: bounds, ifMatch: version.etag };
    const opened = await at('source', scope.context.source.read(version.key, options, signal));
    try {
      checkPinned(version, opened);
      checkRange(range, version.size, opened.body);
    } catch (error) {
      opened.body.discard();
      throw error;
    }
    return new TappedBody(opened.body, range.bytes, scope.context.bandwidth, signal, onlooker);
  }

  private async pour<T>(body: TappedBody, operation: () => Promise<T> | T): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      body.discard();
      if (!isFailure(error)) throw error;
      const side: Side = body.sourceBroke ? 'source' : 'destination';
      const uploadGone = side === 'destination' && error.kind === 'absent';
      throw new SidedFailure(uploadGone ? new StoreFailure('transient', 'the upload is gone', { cause: error }) : error, side);
    }
  }
}

function checkRange(range: PartRange, size: number, body: ByteSource): void {
  if (body.length === range.bytes) return;
  const ignored = body.length === undefined || body.length === size;
  const failure = ignored
    ? new StoreFailure('unsupported', 'the source ignores ranges')
    : new StoreFailure('corrupt', `asked for ${range.bytes} bytes of part ${range.number}, got ${body.length}`);
  throw new SidedFailure(failure, 'source');
}
