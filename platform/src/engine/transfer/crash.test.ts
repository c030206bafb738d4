/**
 * The process dies at every single step of a large copy, before and after each effect, and is started again; then it dies
 * twice. Whatever happens the object must be right, never mixed, and no upload may be left once the janitor has been.
 */
import { describe, expect, it } from 'vitest';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ListedObject } from '../../object-store/object-store.ts';
import { abortAbandoned } from './janitor.ts';
import { compositeEtag } from './parts.ts';
import { md5Hex, type MemoryStore } from './testing/memory-store.ts';
import { untold } from './testing/lent-bytes.ts';
import { content, MemoryJournal, never, setting, type Setting, type SettingOptions } from './testing/setting.ts';
import type { TransferOutcome } from './transfer.ts';

class Killed extends Error {}

const MiB = 1024 * 1024;
const bytes = content(450);
const newer = content(470, 'newer');

interface World {
  readonly stores: Setting;
  readonly journal: MemoryJournal;
  readonly listed: ListedObject;
}

interface Scenario {
  readonly name: string;
  readonly options?: SettingOptions;
  readonly prepare: (stores: Setting) => ListedObject;
  /** What happens between two lives. */
  readonly meanwhile?: (stores: Setting) => void;
  /** Versions that the key may hold; the last is the one that must be there at the end. */
  readonly expected: readonly Buffer[];
  /** Uploads that must still be there at the end: somebody else's. */
  readonly stays?: readonly string[];
  /** Dying twice costs the square. */
  readonly once?: boolean;
}

const limits = { parts: 2, largeFrom: 100, partBytes: 100, untoldBytes: 100 };

const scenarios: readonly Scenario[] = [
  { name: 'an MD5 source', prepare: ({ source }) => source.put('from', bytes), expected: [bytes] },
  { name: 'a destination that had an older object', prepare: withOlder, expected: [bytes] },
  { name: 'a plan that never overwrites', options: { plan: { overwrite: 'never' } }, prepare: ({ source }) => source.put('from', bytes), expected: [bytes] },
  { name: 'a source without ETags', prepare: ({ source }) => source.put('from', bytes, { etag: undefined }), expected: [bytes] },
  { name: 'a source that changes between two lives', prepare: ({ source }) => source.put('from', bytes), meanwhile: ({ source }) => source.put('from', newer, { lastModified: 1_500_000 }), expected: [bytes, newer] },
  { name: 'a multipart source', prepare: ({ source }) => putMultipart(source), expected: [content(2 * MiB + 7)], once: true },
  { name: 'opaque part ETags', options: { destination: { traits: { etag: 'opaque' } } }, prepare: withOpaqueParts, expected: [bytes] },
  { name: 'a source that ignores ranges', prepare: ignoringRanges, expected: [bytes] },
  { name: 'a source without a length', prepare: tellingNoLength, expected: [bytes] },
  { name: 'uploads of somebody else', prepare: withStranger, expected: [bytes], stays: ['stranger'] },
];

function withOlder({ source, destination }: Setting): ListedObject {
  destination.put('to', content(450, 'older'), { etag: compositeEtag(['a'.repeat(32)]) });
  return source.put('from', bytes);
}

function putMultipart(source: MemoryStore): ListedObject {
  const large = content(2 * MiB + 7);
  return source.put('from', large, { etag: compositeEtag([0, 1, 2].map((part) => md5Hex(large.subarray(part * MiB, (part + 1) * MiB)))) });
}

function withOpaqueParts({ source, destination }: Setting): ListedObject {
  destination.multipart.partEtag = (part) => `opaque-${part.byteLength}`;
  return source.put('from', bytes);
}

function ignoringRanges({ source }: Setting): ListedObject {
  const read = source.read.bind(source);
  source.read = (key, { ifMatch }, signal) => read(key, ifMatch === undefined ? {} : { ifMatch }, signal);
  return source.put('from', bytes);
}

function tellingNoLength({ source }: Setting): ListedObject {
  const stat = source.stat.bind(source);
  source.stat = async (key) => ({ ...(await stat(key)), size: 0 });
  source.spoilBody = (body) => untold(body);
  source.put('from', bytes, { etag: undefined });
  return { key: 'from', size: 0, lastModified: 1_000_000 };
}

function withStranger({ source, destination }: Setting): ListedObject {
  destination.multipart.open.set('stranger', { key: 'to', initiated: 0, options: { metadata: { user: {} } }, parts: new Map() });
  return source.put('from', bytes);
}

function begin(scenario: Scenario): World {
  const stores = setting({ limits, ...scenario.options });
  return { stores, journal: new MemoryJournal('to'), listed: scenario.prepare(stores) };
}

/** Runs until the end, or until step `killAt`; from then on nothing has an effect any more. */
async function live({ stores, journal, listed }: World, killAt: number, options: SettingOptions = {}): Promise<TransferOutcome | 'killed'> {
  let step = 0;
  const hook = (): void => {
    if (++step >= killAt) throw new Killed();
  };
  const { source, destination } = stores;
  journal.hook = async () => {
    await Promise.resolve();
    hook();
  };
  source.before = source.after = destination.before = destination.after = hook;
  try {
    const { transfer } = setting({ limits, ...options, stores: { source, destination } });
    return await transfer.copyLarge({ object: listed, destinationKey: 'to' }, journal, never);
  } catch (error) {
    if (error instanceof Killed) return 'killed';
    throw error;
  } finally {
    // Whatever is still in flight is dead, too.
    await new Promise((resolve) => setImmediate(resolve));
    journal.hook = undefined;
    source.before = source.after = destination.before = destination.after = undefined;
  }
}

function holdsOneVersion({ stores }: World, scenario: Scenario, before: Buffer | undefined): void {
  const there = stores.destination.objects.get('to')?.bytes;
  const allowed = [before, ...scenario.expected];
  expect(allowed.some((version) => (version === undefined ? there === undefined : there?.equals(version) === true))).toBe(true);
}

async function endsWell(world: World, scenario: Scenario): Promise<void> {
  const outcome = await live(world, Infinity, scenario.options);
  const { stores, journal } = world;
  expect(outcome).toMatchObject({ kind: 'copied' });
  const wanted = scenario.expected.at(-1);
  expect(wanted !== undefined && stores.destination.objects.get('to')?.bytes.equals(wanted)).toBe(true);
  await abortAbandoned(journal, stores.destination, never);
  expect([...stores.destination.multipart.open.keys()]).toEqual(scenario.stays ?? []);
  expect(journal.abandoned).toEqual([]);
}

describe.each(scenarios)('with $name', (scenario) => {
  it('a copy survives its death at every step', async () => {
    let deaths = 0;
    for (let killAt = 1; ; killAt++) {
      const world = begin(scenario);
      const before = world.stores.destination.objects.get('to')?.bytes;
      if ((await live(world, killAt, scenario.options)) !== 'killed') break;
      deaths += 1;
      holdsOneVersion(world, scenario, before);
      scenario.meanwhile?.(world.stores);
      await endsWell(world, scenario);
    }
    expect(deaths).toBeGreaterThan(20);
  });

});

describe.each(scenarios.filter(({ once }) => once !== true))('with $name', (scenario) => {
  it('a copy survives two deaths at every two steps', async () => {
    for (let first = 1, last = false; !last; first++) {
      for (let second = 1; ; second++) {
        const world = begin(scenario);
        const before = world.stores.destination.objects.get('to')?.bytes;
        last = (await live(world, first, scenario.options)) !== 'killed';
        if (last) break;
        const again = await live(world, second, scenario.options);
        holdsOneVersion(world, scenario, before);
        if (again !== 'killed') break;
        scenario.meanwhile?.(world.stores);
        await endsWell(world, scenario);
      }
    }
  });
});

describe('an item that is given up instead of gone on with', () => {
  it('leaves no upload behind, whichever step it died at', async () => {
    for (let killAt = 1; ; killAt++) {
      const world = begin({ name: '', prepare: withStranger, expected: [bytes] });
      if ((await live(world, killAt)) !== 'killed') break;
      world.stores.source.before = () => {
        throw new StoreFailure('denied', 'no more');
      };
      const { transfer } = world.stores;
      expect(await transfer.copyLarge({ object: world.listed, destinationKey: 'to' }, world.journal, never)).toMatchObject({ kind: 'failed', severity: 'object' });
      await abortAbandoned(world.journal, world.stores.destination, never);
      expect([...world.stores.destination.multipart.open.keys()]).toEqual(['stranger']);
    }
  });
});
