/**
 * One object with one conditional GET and one PUT.
 *
 * A GET is one version from its first byte to its last, so nothing is ever mixed; a stream that broke is thrown away and
 * the object started over.
 */
import { hash } from 'node:crypto';
import { bytesSource, type ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { Crc64Engine, Crc64Stream } from '@haulier/lib/crc64/crc64.ts';
import { Md5 } from '@haulier/lib/digest/md5.ts';
import type { ListedObject, OpenedObject, ReadOptions, StoredObject, WrittenObject } from '../../object-store/object-store.ts';
import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import type { Side } from '../sided-failure.ts';
import { Attempts } from './attempts.ts';
import { base64OfHex, digestBody, learnsContentMd5, mostHeldBytes } from './content-md5.ts';
import { prove, withdraw } from './prove.ts';
import { asListed, checkShown, destinationGivesMd5, keepsExisting, impossibleKey, sameSecond, writeOptions, type TransferScope } from './scope.ts';
import { failed } from './severity.ts';
import { TappedBody } from './tapped-body.ts';
import type { TransferOutcome } from './transfer.ts';
import { collectAtMost } from './untold-length.ts';
import { digestNeeded, judge, plainMd5, type Facts } from './verify.ts';

/** Rejects with the signal's reason, or with what is no failure of a store. */
export async function copySmall(scope: TransferScope, object: ListedObject, key: string, signal: AbortSignal): Promise<TransferOutcome> {
  const refusal = impossibleKey(scope, key);
  if (refusal !== undefined) return failed(refusal, 'destination');
  const copy = new SmallCopy(scope, object, key, signal);
  for (;;) {
    try {
      return await copy.attempt();
    } catch (error) {
      const outcome = await copy.recover(error);
      if (outcome !== undefined) return outcome;
    }
  }
}

const anyVersion: ReadOptions = {};

class SmallCopy {
  private readonly scope: TransferScope;
  private readonly key: string;
  private readonly signal: AbortSignal;
  /** The version to copy: as listed, or as it was seen since. */
  private object: ListedObject;
  /** Of the attempt under way. */
  private side: Side = 'source';
  private opened: OpenedObject | undefined;
  private tap: TappedBody | undefined;
  private md5: Md5 | undefined;
  /** Base64; sent where the destination wants it. */
  private contentMd5: string | undefined;
  private crc64: Crc64Stream | undefined;
  /** Whether bytes of an earlier attempt may be, or are, what is now at the destination. */
  private wrote: 'no' | 'maybe' | 'yes' = 'no';
  /** A copy arrived wrong, or the source's ETag is no MD5: only a digest of the bytes can tell. */
  private distrustEtag = false;
  /** What the latest write has made. */
  private written: WrittenObject | undefined;
  /** The same, once it was found to be wrong. */
  private wrong: WrittenObject | undefined;
  private attempts: Attempts | undefined;

  constructor(scope: TransferScope, object: ListedObject, key: string, signal: AbortSignal) {
    this.scope = scope;
    this.object = object;
    this.key = key;
    this.signal = signal;
  }

  async attempt(): Promise<TransferOutcome> {
    const { scope, key, signal } = this;
    const { destination } = scope.context;
    const engine = destination.traits.crc64 === undefined ? undefined : await scope.crc64();
    const opened = (this.opened = await this.open());
    checkShown(scope, opened.object);
    const body = opened.body.length === undefined ? await this.hold(opened) : this.tapped(opened, opened.body.length, engine);
    if (body === undefined) return { kind: 'large', source: this.object };
    const sent = body instanceof TappedBody && scope.learned.wantsContentMd5 ? await this.digested(opened.object, body, engine) : body;
    this.side = 'destination';
    const options = writeOptions(scope, opened.object, this.object.storageClass ?? opened.object.storageClass, this.wrote !== 'yes');
    const written = await destination.write(key, sent, this.contentMd5 === undefined ? options : { ...options, contentMd5: this.contentMd5 }, signal);
    const facts = this.factsOf(opened, written);
    this.wrote = 'yes';
    this.written = written;
    this.wrong = undefined;
    const verdict = judge(facts);
    const proof = verdict.kind === 'proved' ? verdict.proof : await prove(scope, facts, this.object, key, signal);
    if (proof === 'md5' && facts.sourceMd5 !== undefined) scope.learned.sourceEtagsMislead = true;
    return { kind: 'copied', source: this.object, destinationEtag: written.etag, proof };
  }

  private open(): Promise<OpenedObject> {
    const { etag, key } = this.object;
    return this.scope.context.source.read(key, etag === undefined ? anyVersion : { ifMatch: etag }, this.signal);
  }

  /** The body on its way through, with the digest that the proof will need; undefined when it is too large. */
  private tapped(opened: OpenedObject, length: number, engine: Crc64Engine | undefined): TappedBody | undefined {
    const { limits, context } = this.scope;
    this.object = versionRead(this.object, opened);
    if (length > limits.largeFrom) {
      opened.body.discard();
      return undefined;
    }
    const need = this.digestFor(opened.object);
    this.md5 = need === 'md5' ? new Md5(length) : undefined;
    this.crc64 = need === 'crc64' ? engine?.start() : undefined;
    return (this.tap = new TappedBody(opened.body, length, context.bandwidth, this.signal, this.md5 ?? this.crc64));
  }

  /** Holds a body of untold length in memory; the digest of what was held is then the only proof there is. */
  private async hold(opened: OpenedObject): Promise<ByteSource | undefined> {
    const { context, limits } = this.scope;
    const bytes = await collectAtMost(opened.body, limits.untoldBytes, context.bandwidth, this.signal);
    if (bytes === undefined) return undefined;
    this.object = { ...asListed(opened.object), size: bytes.byteLength };
    this.md5 = new Md5(bytes.byteLength);
    this.md5.update(bytes);
    if (this.scope.learned.wantsContentMd5) this.contentMd5 = hash('md5', bytes, 'base64');
    return bytesSource(bytes);
  }

  /** The same once its MD5 is known: the source's word for it where that is believed, otherwise what was read. */
  private async digested(seen: StoredObject, tap: TappedBody, engine: Crc64Engine | undefined): Promise<ByteSource> {
    const told = this.believedMd5(seen);
    if (told !== undefined) {
      this.contentMd5 = base64OfHex(told);
      return tap;
    }
    const again = async (): Promise<ByteSource> => {
      const opened = (this.opened = await this.open());
      const body = opened.body.length === undefined ? undefined : this.tapped(opened, opened.body.length, engine);
      if (body === undefined) throw new StoreFailure('changed', 'the source changed while it was copied');
      return body;
    };
    const { body, contentMd5 } = await digestBody(tap, again, mostHeldBytes);
    this.contentMd5 = contentMd5;
    return body;
  }

  private factsOf({ object, body }: OpenedObject, written: WrittenObject): Facts {
    return {
      check: this.scope.context.plan.check,
      lengthTold: body.length !== undefined,
      sourceMd5: this.scope.learned.sourceEtagsMislead ? undefined : this.sourceMd5(object),
      destinationMd5: destinationGivesMd5(this.scope) ? plainMd5(written.etag) : undefined,
      earlierMd5: plainMd5(this.wrong?.etag),
      readMd5: this.md5?.hex(),
      sourceCrc64: object.crc64,
      destinationCrc64: written.crc64,
      readCrc64: this.crc64?.value().toString(),
    };
  }

  private digestFor(seen: StoredObject): 'none' | 'md5' | 'crc64' {
    return digestNeeded({
      check: this.scope.context.plan.check,
      sourceMd5: this.believedMd5(seen),
      destinationGivesMd5: destinationGivesMd5(this.scope),
      sourceCrc64: seen.crc64,
      destinationGivesCrc64: this.scope.context.destination.traits.crc64 !== undefined,
    });
  }

  private believedMd5(seen: StoredObject): string | undefined {
    return this.scope.learned.sourceEtagsMislead || this.distrustEtag ? undefined : this.sourceMd5(seen);
  }

  private sourceMd5(seen: StoredObject): string | undefined {
    if (seen.md5 !== undefined) return seen.md5;
    return this.scope.context.source.traits.etag === 'md5' && !seen.keyEncrypted ? plainMd5(seen.etag) : undefined;
  }

  /** Prepares the next attempt; the outcome when there is none. */
  async recover(error: unknown): Promise<TransferOutcome | undefined> {
    this.opened?.body.discard();
    this.signal.throwIfAborted();
    if (!isFailure(error)) throw error;
    const side = this.tap?.sourceBroke === true ? 'source' : this.side;
    const refusedAsTaken = side === 'destination' && error.kind === 'changed' && keepsExisting(this.scope);
    if (refusedAsTaken) return this.taken();
    if (learnsContentMd5(this.scope.learned, error, this.contentMd5 !== undefined)) {
      this.startOver();
      return undefined;
    }
    if (this.side === 'destination' && this.wrote === 'no') this.wrote = 'maybe';
    if (error.kind === 'corrupt') {
      this.distrustEtag = true;
      this.wrong = this.written;
    }
    this.attempts ??= new Attempts(this.scope.limits.attempts, this.scope.context.clock);
    if (!(await this.attempts.another(error, this.signal))) return this.giveUp(error, side);
    this.startOver();
    return error.kind === 'changed' ? this.lookAgain() : undefined;
  }

  private startOver(): void {
    this.side = 'source';
    this.tap = undefined;
  }

  private async giveUp(error: StoreFailure, side: Side): Promise<TransferOutcome> {
    if (this.wrong !== undefined) await withdraw(this.scope, this.key, this.wrong.etag, this.signal);
    return failed(error, side);
  }

  private async lookAgain(): Promise<TransferOutcome | undefined> {
    try {
      this.object = asListed(await this.scope.context.source.stat(this.object.key, this.signal));
    } catch (error) {
      this.signal.throwIfAborted();
      if (!isFailure(error)) throw error;
      return failed(error, 'source');
    }
    return this.object.size > this.scope.limits.largeFrom ? { kind: 'large', source: this.object } : undefined;
  }

  /** The key is taken: by ourselves when the answer to an earlier attempt was lost and the content is provably the source's. */
  private async taken(): Promise<TransferOutcome> {
    if (this.wrote === 'no' || this.opened === undefined) return { kind: 'exists' };
    try {
      const stat = await this.scope.context.destination.stat(this.key, this.signal);
      const sourceMd5 = this.sourceMd5(this.opened.object);
      const same = sourceMd5 !== undefined && stat.size === this.object.size && destinationGivesMd5(this.scope) && plainMd5(stat.etag) === sourceMd5;
      return same ? { kind: 'copied', source: this.object, destinationEtag: stat.etag, proof: 'etag' } : { kind: 'exists' };
    } catch (error) {
      this.signal.throwIfAborted();
      if (!isFailure(error)) throw error;
      return failed(error, 'destination');
    }
  }
}

/**
 * The version that a GET shows: the one listed, or a newer one where nothing pinned the GET or the store ignored the pin.
 * Fails as `changed` when the same ETag has another length (a listing and an object that do not belong together).
 */
function versionRead(listed: ListedObject, { object: seen, body }: OpenedObject): ListedObject {
  if (body.length !== seen.size) throw new StoreFailure('corrupt', `the source sends ${body.length} of the object's ${seen.size} bytes`);
  const pinned = listed.etag !== undefined && seen.etag !== undefined;
  if (!pinned) return seen.size === listed.size && sameSecond(seen, listed) ? listed : asListed(seen);
  if (seen.etag !== listed.etag) return asListed(seen);
  if (seen.size !== listed.size) throw new StoreFailure('changed', `listed with ${listed.size} bytes, read with ${seen.size} under the same ETag`);
  return listed;
}
