/** Random faults in random places: whatever is reported as copied is there, byte for byte, and nothing is ever mixed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StoreFailure, type FailureKind } from '../../object-store/failure.ts';
import type { ListedObject } from '../../object-store/object-store.ts';
import { abortAbandoned } from './janitor.ts';
import { brokenAfter, endedAfter, flipped } from './testing/lent-bytes.ts';
import type { MemoryStore } from './testing/memory-store.ts';
import { content, MemoryJournal, never, setting, type Setting } from './testing/setting.ts';
import type { TransferOutcome } from './transfer.ts';

/** What happens at the nth call to one of the stores. */
type Fault =
  | { readonly kind: 'refused' | 'answer-lost'; readonly failure: FailureKind }
  | { readonly kind: 'source-changes' }
  | { readonly kind: 'body-breaks' | 'body-ends'; readonly after: number }
  | { readonly kind: 'body-flips' | 'stored-wrong' };

const passing = fc.constantFrom<FailureKind>('transient', 'throttled', 'unreachable');
const honest: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constantFrom('refused' as const, 'answer-lost' as const), failure: passing }),
  fc.constant<Fault>({ kind: 'source-changes' }),
  fc.record({ kind: fc.constantFrom('body-breaks' as const, 'body-ends' as const), after: fc.integer({ min: 0, max: 90 }) }),
);
const stored = fc.constant<Fault>({ kind: 'stored-wrong' });
const flips = fc.constant<Fault>({ kind: 'body-flips' });

function script(fault: fc.Arbitrary<Fault>): fc.Arbitrary<ReadonlyMap<number, Fault>> {
  return fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fault), { maxLength: 6 }).map((faults) => new Map(faults));
}

class Chaos {
  readonly versions: Buffer[] = [];
  private readonly stores: Setting;
  private readonly faults: ReadonlyMap<number, Fault>;
  private readonly size: number;
  private calls = 0;
  private fault: Fault | undefined;

  constructor(stores: Setting, faults: ReadonlyMap<number, Fault>, size: number) {
    this.stores = stores;
    this.faults = faults;
    this.size = size;
    this.change();
    for (const store of [stores.source, stores.destination]) this.haunt(store);
  }

  change(): ListedObject {
    const version = content(this.size + this.versions.length, `version ${this.versions.length}`);
    this.versions.push(version);
    return this.stores.source.put('from', version, { lastModified: 1_000_000 + this.versions.length * 1_000 });
  }

  calm(): void {
    for (const store of [this.stores.source, this.stores.destination]) store.before = store.after = store.spoilBody = store.spoilWritten = undefined;
  }

  private haunt(store: MemoryStore): void {
    const ongoing = new Map<number, Fault | undefined>();
    store.before = () => {
      this.fault = this.faults.get(++this.calls);
      ongoing.set(store.calls.length, this.fault);
      if (this.fault?.kind === 'source-changes') this.change();
      if (this.fault?.kind === 'refused') throw new StoreFailure(this.fault.failure, 'refused');
    };
    store.after = () => {
      const { fault } = this;
      this.fault = undefined;
      if (fault?.kind === 'answer-lost') throw new StoreFailure(fault.failure, 'answer lost');
    };
    store.spoilBody = (body) => {
      if (this.fault?.kind === 'body-breaks') return brokenAfter(body, this.fault.after);
      if (this.fault?.kind === 'body-ends') return endedAfter(body, Math.min(this.fault.after, (body.length ?? 0) - 1));
      return this.fault?.kind === 'body-flips' ? flipped(body, this.calls) : body;
    };
    store.spoilWritten = (bytes) => (this.fault?.kind === 'stored-wrong' ? content(bytes.byteLength, 'wrong') : bytes);
  }
}

interface Copy {
  readonly name: string;
  readonly size: number;
  /** The parts of a large object are digested one by one, the source's ETag is of the whole: only TLS guards its connection. */
  readonly lies: fc.Arbitrary<Fault>;
  readonly run: (stores: Setting, listed: ListedObject, journal: MemoryJournal) => Promise<TransferOutcome>;
}

const copies: readonly Copy[] = [
  { name: 'a small object', size: 95, lies: fc.oneof(honest, stored, flips), run: ({ transfer }, listed) => transfer.copyObject(listed, 'to', never) },
  { name: 'a large object', size: 450, lies: fc.oneof(honest, stored), run: ({ transfer }, object, journal) => transfer.copyLarge({ object, destinationKey: 'to' }, journal, never) },
];

function isOneOf(versions: readonly Buffer[], bytes: Buffer): boolean {
  return versions.some((version) => version.equals(bytes));
}

describe.each(copies)('$name', ({ size, lies, run }) => {
  const plans = fc.constantFrom('size-or-time' as const, 'never' as const);
  const etags = fc.constantFrom('md5' as const, 'opaque' as const);

  async function begin(faults: ReadonlyMap<number, Fault>, overwrite: 'size-or-time' | 'never', etag: 'md5' | 'opaque') {
    const stores = setting({ plan: { overwrite }, limits: { parts: 2, largeFrom: 200, partBytes: 100 }, destination: { traits: { etag } } });
    const chaos = new Chaos(stores, faults, size);
    const listed = chaos.change();
    const journal = new MemoryJournal('to');
    return { stores, chaos, listed, journal, outcome: await run(stores, listed, journal) };
  }

  it('is never mixed, and is there when it is said to be, whatever breaks', async () => {
    await fc.assert(fc.asyncProperty(script(honest), plans, etags, async (faults, overwrite, etag) => {
      const { stores, chaos, outcome } = await begin(faults, overwrite, etag);
      const there = stores.destination.objects.get('to')?.bytes;
      if (there !== undefined) expect(isOneOf(chaos.versions, there)).toBe(true);
      if (outcome.kind === 'copied') expect(there?.byteLength).toBe(outcome.source.size);
      if (outcome.kind === 'exists') expect(overwrite === 'never' && there !== undefined).toBe(true);
    }), { numRuns: 300 });
  });

  it('is right when it is said to be proved by a digest, whatever lies', async () => {
    await fc.assert(fc.asyncProperty(script(lies), async (faults) => {
      const { stores, chaos, outcome } = await begin(faults, 'size-or-time', 'md5');
      if (outcome.kind !== 'copied') return;
      const there = stores.destination.objects.get('to')?.bytes;
      expect(['etag', 'md5']).toContain(outcome.proof);
      expect(there !== undefined && isOneOf(chaos.versions, there) && there.byteLength === outcome.source.size).toBe(true);
    }), { numRuns: 300 });
  });

  it('arrives at the next attempt when the faults are over, and leaves no upload behind', async () => {
    await fc.assert(fc.asyncProperty(script(honest), etags, async (faults, etag) => {
      const { stores, chaos, listed, journal } = await begin(faults, 'size-or-time', etag);
      chaos.calm();
      expect(await run(stores, listed, journal)).toMatchObject({ kind: 'copied' });
      expect(stores.destination.objects.get('to')?.bytes.equals(chaos.versions.at(-1) ?? Buffer.alloc(0))).toBe(true);
      await abortAbandoned(journal, stores.destination, never);
      expect([...stores.destination.multipart.open.keys()]).toEqual([]);
    }), { numRuns: 300 });
  });
});
