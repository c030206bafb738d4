/**
 * People who work on disks of three projects, each on one disk at a time, and remember what they were told. What nobody heard the end of is
 * looked up: then it was made, or it was not.
 */
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Answer } from '../support/iam.ts';
import type { Chance } from '../server-migration/chance.ts';
import { until } from '../worker/until.ts';
import { hasMarks, writeMark } from './disk-bytes.ts';
import type { Customer, MortalServer } from './mortal-server.ts';

interface KnownSnapshot {
  owner: Customer;
  readonly marks: readonly number[];
}

export interface KnownDisk {
  readonly id: string;
  owner: Customer;
  /** One for each GiB. */
  marks: number[];
  readonly snapshots: Map<string, KnownSnapshot>;
  /** Somebody is at it. */
  busy: boolean;
}

const largestGiB = 5;
/** More are not made. */
const enoughDisks = 16;
/** Leases of killed workers end first, several times in a row. */
const patienceMs = 90_000;

export class DiskPeople {
  readonly disks = new Map<string, KnownDisk>();
  /** Tasks that were told of, and to whom. */
  readonly jobs: { readonly customer: Customer; readonly id: string }[] = [];
  /** Changes whose end was looked up. */
  unheard = 0;
  /** Disks that others have accepted, where the giver had snapshots of them. */
  readonly handedOn = { withSnapshots: 0, withoutSnapshots: 0 };
  readonly #server: MortalServer;
  readonly #folder: string;
  #names = 0;

  /** @param folder where the disks' files are */
  constructor(server: MortalServer, folder: string) {
    this.#server = server;
    this.#folder = folder;
  }

  fileOf(id: string): string {
    return join(this.#folder, `${id}.qcow2`);
  }

  async doSomething(chance: Chance): Promise<void> {
    const disk = pickOf(chance, [...this.disks.values()].filter(({ busy }) => !busy));
    if (disk === undefined || (this.disks.size < enoughDisks && chance.hits(0.2))) return this.#create(chance.pick(this.#server.customers), chance);
    disk.busy = true;
    const deed = chance.pick(['extend', 'snapshot', 'snapshot', 'forget', 'rollBack', 'rollBack', 'clone', 'restore', 'handOn', 'handOn', 'handOn', 'remove', 'remove'] as const);
    await this.#deeds[deed](disk, chance);
    disk.busy = false;
  }

  readonly #deeds = {
    extend: async (disk: KnownDisk): Promise<void> => {
      const [before, wanted] = [disk.marks.length, disk.marks.length + 1];
      if (before >= largestGiB) return;
      const heard = await this.#change(disk.owner, 'POST', `/v2.1/{p}/cloudvolumes/${disk.id}/action`, { 'os-extend': { new_size: wanted } });
      const size = numberIn(await this.#settled(disk), 'size');
      expect(heard ? [wanted] : [before, wanted]).toContain(size);
      if (size === wanted) disk.marks.push(0);
    },
    snapshot: async (disk: KnownDisk, chance: Chance): Promise<void> => {
      await this.#write(disk, chance);
      const name = this.#newName();
      const heard = await this.#change(disk.owner, 'POST', '/v2/{p}/cloudsnapshots', { snapshot: { volume_id: disk.id, name } });
      const taken = (await this.#snapshotsOf(disk.owner, disk.id)).filter((snapshot) => textIn(snapshot, 'name') === name).map((snapshot) => textIn(snapshot, 'id'));
      expect(taken.length).toBeLessThanOrEqual(1);
      if (heard) expect(taken).toEqual([textIn(inside(heard.body, 'snapshot'), 'id')]);
      for (const id of taken) disk.snapshots.set(id, { owner: disk.owner, marks: [...disk.marks] });
      await this.#settled(disk);
    },
    forget: async (disk: KnownDisk, chance: Chance): Promise<void> => {
      const [id, snapshot] = pickOf(chance, [...disk.snapshots]) ?? [];
      if (id === undefined || snapshot === undefined) return;
      const heard = await this.#change(snapshot.owner, 'DELETE', `/v2/{p}/cloudsnapshots/${id}`);
      await this.#settled(disk, heard ? [id] : [], [id]);
    },
    rollBack: async (disk: KnownDisk, chance: Chance): Promise<void> => {
      const [id, snapshot] = pickOf(chance, [...disk.snapshots].filter(([, { owner }]) => owner === disk.owner)) ?? [];
      if (id === undefined || snapshot === undefined) return;
      await this.#write(disk, chance);
      const heard = await this.#change(disk.owner, 'POST', `/v2/{p}/cloudsnapshots/${id}/rollback`, { rollback: { volume_id: disk.id } });
      await this.#settled(disk);
      const rolledBack = disk.marks.map((_, gib) => snapshot.marks[gib] ?? 0);
      if (heard || !await hasMarks(this.fileOf(disk.id), disk.marks)) disk.marks = rolledBack;
      await this.#expectMarks(disk);
    },
    clone: async (disk: KnownDisk, chance: Chance): Promise<void> => {
      if (this.disks.size >= enoughDisks) return;
      await this.#write(disk, chance);
      const name = this.#newName();
      const heard = await this.#change(disk.owner, 'POST', '/v3/{p}/volumes', { volume: { name, size: disk.marks.length, source_volid: disk.id } });
      await this.#welcome(disk.owner, name, 1, heard ? [textIn(inside(heard.body, 'volume'), 'id')] : undefined, disk.marks);
      await this.#settled(disk);
    },
    restore: async (disk: KnownDisk, chance: Chance): Promise<void> => {
      const [id, snapshot] = pickOf(chance, [...disk.snapshots]) ?? [];
      if (id === undefined || snapshot === undefined || this.disks.size >= enoughDisks) return;
      await this.#createFrom(snapshot.owner, 1 + chance.below(2), snapshot.marks, { snapshot_id: id });
    },
    remove: async (disk: KnownDisk): Promise<void> => {
      const snapshots = [...disk.snapshots.values()];
      if (snapshots.some(({ owner }) => owner !== disk.owner)) return;
      const path = snapshots.length === 0 ? `/v2/{p}/cloudvolumes/${disk.id}` : `/v3/{p}/volumes/${disk.id}?cascade=True`;
      const heard = await this.#change(disk.owner, 'DELETE', path);
      const isThere = await this.#isThereAfterAll(disk);
      if (heard) expect(isThere, `${disk.id} was deleted`).toBe(false);
      if (isThere) await this.#settled(disk);
      else this.disks.delete(disk.id);
    },
    handOn: (disk: KnownDisk, chance: Chance): Promise<void> => this.#handOn(disk, chance),
  };

  #create(owner: Customer, chance: Chance): Promise<void> {
    return this.#createFrom(owner, 1 + chance.below(3), Array.from({ length: 1 + chance.below(2) }, () => 0), {});
  }

  async #createFrom(owner: Customer, count: number, marks: readonly number[], source: object): Promise<void> {
    const name = this.#newName();
    const heard = await this.#change(owner, 'POST', '/v2.1/{p}/cloudvolumes', { volume: { availability_zone: 'az-1', volume_type: 'SSD', name, size: marks.length, count, ...source } });
    await this.#welcome(owner, name, count, heard ? listIn(heard.body, 'volume_ids').map(String) : undefined, marks);
  }

  /** @param told undefined where nobody heard: then all are there, or none */
  async #welcome(owner: Customer, name: string, count: number, told: readonly string[] | undefined, marks: readonly number[]): Promise<void> {
    const { body } = await owner.look(`/v2/{p}/cloudvolumes/detail?name=${name}`);
    const ids = listIn(body, 'volumes').map((disk) => textIn(disk, 'id'));
    if (told !== undefined) expect(ids.sort()).toEqual([...told].sort());
    expect([0, count]).toContain(ids.length);
    const disks = ids.map((id): KnownDisk => ({ id, owner, marks: [...marks], snapshots: new Map(), busy: true }));
    for (const disk of disks) this.disks.set(disk.id, disk);
    for (const disk of disks) {
      await this.#settled(disk);
      await this.#expectMarks(disk);
      disk.busy = false;
    }
  }

  async #handOn(disk: KnownDisk, chance: Chance): Promise<void> {
    const giver = disk.owner;
    const hasOwn = () => [...disk.snapshots.values()].some(({ owner }) => owner === giver);
    if (!hasOwn()) await this.#deeds.snapshot(disk, chance);
    const withoutSnapshots = chance.hits(0.3);
    const heard = await this.#change(giver, 'POST', '/v2/{p}/os-volume-transfer', { transfer: { volume_id: disk.id, name: 'offer', no_snapshots: withoutSnapshots } });
    if (!heard) return this.#takeBack(disk);
    const transfer = inside(heard.body, 'transfer');
    const [id, key] = [textIn(transfer, 'id'), textIn(transfer, 'auth_key')];
    expect((await this.#look(disk))?.status).toBe('awaiting-transfer');
    const takers = this.#server.customers.filter((customer) => customer !== giver);
    const acceptors = chance.hits(0.5) ? takers : takers.slice(0, 1);
    const rivals = [
      ...acceptors.map((acceptor) => ({ owner: acceptor, ask: () => acceptor.change('POST', `/v2/{p}/os-volume-transfer/${id}/accept`, { accept: { auth_key: key } }) })),
      ...(chance.hits(0.3) ? [{ owner: giver, ask: () => giver.change('DELETE', `/v2/{p}/os-volume-transfer/${id}`) }] : []),
    ];
    const answers = await Promise.all(rivals.map(async ({ owner, ask }) => ({ owner, answer: await ask() })));
    const winners = answers.flatMap(({ owner, answer }) => (answer !== 'unheard' && answer.status === 202 ? [owner] : []));
    const perhaps = answers.flatMap(({ owner, answer }) => (answer === 'unheard' ? [owner] : []));
    this.unheard += perhaps.length;
    for (const { answer } of answers) if (answer !== 'unheard') expect([202, 404], JSON.stringify(answer.body)).toContain(answer.status);
    expect(winners.length, 'one has it').toBeLessThanOrEqual(1);
    const [owner = expect.fail(), ...more] = await this.ownersOf(disk.id);
    expect(more, `${disk.id} has one owner`).toEqual([]);
    expect(winners.length > 0 ? winners : [...perhaps, giver]).toContain(owner);
    if (winners.length + perhaps.length === 0) expect.fail(`nobody was given ${disk.id}: ${JSON.stringify(answers.map(({ answer }) => answer))}`);
    if (owner !== giver && hasOwn()) this.handedOn[withoutSnapshots ? 'withoutSnapshots' : 'withSnapshots'] += 1;
    this.#becomes(disk, owner, withoutSnapshots);
    if (owner === giver && winners.length === 0) return this.#takeBack(disk);
    for (const late of takers) {
      const answer = await late.change('POST', `/v2/{p}/os-volume-transfer/${id}/accept`, { accept: { auth_key: key } });
      if (answer !== 'unheard') expect(answer.status, 'an offer that is over').toBe(404);
    }
    await this.#settled(disk);
  }

  #becomes(disk: KnownDisk, owner: Customer, withoutSnapshots: boolean): void {
    if (!withoutSnapshots) for (const snapshot of disk.snapshots.values()) if (snapshot.owner === disk.owner) snapshot.owner = owner;
    disk.owner = owner;
  }

  /** There may be an offer, whose key nobody has or nobody accepted. */
  async #takeBack(disk: KnownDisk): Promise<void> {
    const { body } = await disk.owner.look(`/v2/{p}/os-volume-transfer?volume_id=${disk.id}`);
    const offers = listIn(body, 'transfers').map((offer) => textIn(offer, 'id'));
    expect((await this.#look(disk))?.status).toBe(offers.length === 0 ? 'available' : 'awaiting-transfer');
    for (const offer of offers) if (!await this.#change(disk.owner, 'DELETE', `/v2/{p}/os-volume-transfer/${offer}`)) return this.#takeBack(disk);
    await this.#settled(disk);
  }

  /** Who sees the disk as their own. */
  async ownersOf(id: string): Promise<readonly Customer[]> {
    const { customers } = this.#server;
    const seen = await Promise.all(customers.map((customer) => customer.look(`/v2/{p}/cloudvolumes/${id}`)));
    return customers.filter((_, at) => seen[at]?.status === 200);
  }

  /** The answer that somebody heard, which is that it is done. */
  async #change(customer: Customer, method: string, path: string, body?: unknown): Promise<Answer | undefined> {
    const answer = await customer.change(method, path, body);
    if (answer === 'unheard') {
      this.unheard += 1;
      return undefined;
    }
    expect([200, 202], `${method} ${path}: ${JSON.stringify(answer.body)}`).toContain(answer.status);
    const job = inside(answer.body, 'job_id');
    if (typeof job === 'string') this.jobs.push({ customer, id: job });
    return answer;
  }

  async #look({ id, owner }: KnownDisk): Promise<{ readonly status: string; readonly disk: unknown } | undefined> {
    const { status, body } = await owner.look(`/v2/{p}/cloudvolumes/${id}`);
    if (status === 404) return undefined;
    const disk = inside(body, 'volume');
    return { status: textIn(disk, 'status'), disk };
  }

  async #isThereAfterAll(disk: KnownDisk): Promise<boolean> {
    return await until(() => this.#look(disk), (seen) => seen?.status !== 'deleting', patienceMs) !== undefined;
  }

  /**
   * Waits until nothing is done to it any more; then it is as it is known.
   * @param gone snapshots that have to be gone
   * @param mayBeGone snapshots that may be
   */
  async #settled(disk: KnownDisk, gone: readonly string[] = [], mayBeGone: readonly string[] = []): Promise<unknown> {
    const seen = await until(() => this.#look(disk), (found) => found === undefined || !working.has(found.status), patienceMs);
    expect(seen?.status, `${disk.id}: ${JSON.stringify(seen)}`).toBe('available');
    const known = new Set(disk.snapshots.keys());
    for (const customer of new Set([disk.owner, ...[...disk.snapshots.values()].map(({ owner }) => owner)])) {
      const snapshots = await until(() => this.#snapshotsOf(customer, disk.id), (found) => !found.some((one) => working.has(textIn(one, 'status'))), patienceMs);
      for (const snapshot of snapshots) {
        const id = textIn(snapshot, 'id');
        expect(textIn(snapshot, 'status'), JSON.stringify(snapshot)).toBe('available');
        expect(disk.snapshots.get(id)?.owner, `${id} is whose it is known to be`).toBe(customer);
        known.delete(id);
      }
    }
    expect(mayBeGone).toEqual(expect.arrayContaining([...known]));
    expect([...known]).toEqual(expect.arrayContaining([...gone]));
    for (const id of known) disk.snapshots.delete(id);
    return seen?.disk;
  }

  async #snapshotsOf(customer: Customer, volume: string): Promise<readonly unknown[]> {
    return listIn((await customer.look(`/v2/{p}/cloudsnapshots/detail?volume_id=${volume}`)).body, 'snapshots');
  }

  async #write(disk: KnownDisk, chance: Chance): Promise<void> {
    await this.#expectMarks(disk);
    const [gib, byte] = [chance.below(disk.marks.length), 1 + chance.below(255)];
    await writeMark(this.fileOf(disk.id), gib, byte);
    disk.marks[gib] = byte;
  }

  async #expectMarks({ id, marks }: KnownDisk): Promise<void> {
    expect(await hasMarks(this.fileOf(id), marks), `${id} has ${marks.join(' ')}`).toBe(true);
  }

  /** No name is in another. */
  #newName(): string {
    this.#names += 1;
    return `n${this.#names}.`;
  }
}

const working: ReadonlySet<string> = new Set(['creating', 'extending', 'rollbacking', 'deleting', 'backing-up']);

function pickOf<T>(chance: Chance, items: readonly T[]): T | undefined {
  return items[chance.below(items.length)];
}

export function inside(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}

function textIn(value: unknown, name: string): string {
  const found = inside(value, name);
  return typeof found === 'string' ? found : expect.fail(`no text ${name} in ${JSON.stringify(value)}`);
}

function numberIn(value: unknown, name: string): number {
  const found = inside(value, name);
  return typeof found === 'number' ? found : expect.fail(`no number ${name} in ${JSON.stringify(value)}`);
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const found = inside(value, name);
  return Array.isArray(found) ? found : expect.fail(`no list ${name} in ${JSON.stringify(value)}`);
}
