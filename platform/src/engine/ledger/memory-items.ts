/** The work items of a {@link MemoryLedger}, and the uploads that nobody goes on with. */
import { addCounts, NO_COUNT } from './counts.ts';
import { FencedError } from './ledger.ts';
import type { AbandonedUpload, Count, ItemCommit, ItemLease, NewWorkItem, UploadRecord } from './ledger.ts';

interface Row {
  readonly itemId: string;
  item: NewWorkItem;
  readonly counted: ItemLease['counted'];
  readonly failed: Count;
  upload: UploadRecord | undefined;
  epoch: number;
  holder: string | undefined;
  /** A claim has ended without a commit. */
  interrupted: boolean;
}

export class MemoryItems {
  readonly #rows = new Map<string, Row>();
  readonly #abandoned = new Map<string, AbandonedUpload>();
  #made = 0;

  get open(): number {
    return this.#rows.size;
  }

  get pending(): Count {
    let sum = NO_COUNT;
    for (const { counted, item } of this.#rows.values()) if (counted === 'not-yet') sum = addCounts(sum, { objects: 1, bytes: Math.max(0, item.object.size) });
    return sum;
  }

  get nextAt(): number | undefined {
    let earliest: number | undefined;
    for (const { holder, item } of this.#rows.values()) {
      if (holder === undefined && (earliest === undefined || item.notBefore < earliest)) earliest = item.notBefore;
    }
    return earliest;
  }

  /** @param failed what the tally holds of each as failed, for a retry. */
  add(items: readonly NewWorkItem[], failed?: Count): void {
    const counted = failed === undefined ? 'not-yet' : 'as-failed';
    for (const item of items) {
      const itemId = String(++this.#made);
      this.#rows.set(itemId, { itemId, item, counted, failed: failed ?? NO_COUNT, upload: undefined, epoch: 0, holder: undefined, interrupted: false });
    }
  }

  claim(worker: string, now: number, kind: NewWorkItem['kind'] | undefined): ItemLease | undefined {
    for (const row of this.#rows.values()) {
      if (row.holder !== undefined || row.item.notBefore > now || (kind !== undefined && row.item.kind !== kind)) continue;
      row.epoch++;
      row.holder = worker;
      return { ...row.item, itemId: row.itemId, epoch: row.epoch, counted: row.counted, failed: row.failed, upload: row.upload, reclaimed: row.interrupted };
    }
    return undefined;
  }

  recordUpload(lease: ItemLease, upload: UploadRecord): void {
    this.#held(lease).upload = upload;
  }

  abandonUpload(lease: ItemLease): void {
    const row = this.#held(lease);
    const { upload } = row;
    if (upload === undefined) return;
    const id = `${row.itemId}-${row.epoch}-${this.#abandoned.size + 1}`;
    this.#abandoned.set(id, {
      id,
      destinationKey: row.item.destinationKey,
      uploadId: upload.state === 'intended' ? undefined : upload.uploadId,
      ...(upload.state === 'intended' && upload.known !== undefined ? { known: upload.known } : {}),
    });
    row.upload = undefined;
  }

  /** Throws before anything is changed when the lease is lost. */
  commit(lease: ItemLease, commit: ItemCommit): void {
    const row = this.#held(lease);
    if (commit.kind === 'done') {
      this.#rows.delete(row.itemId);
      return;
    }
    row.item = { ...row.item, kind: commit.as, object: commit.object, notBefore: commit.notBefore, attempts: commit.attempts };
    row.holder = undefined;
    row.interrupted = false;
  }

  release(lease: ItemLease): void {
    const row = this.#held(lease);
    row.holder = undefined;
    row.interrupted = true;
  }

  expireLeasesOf(worker: string): void {
    for (const row of this.#rows.values()) {
      if (row.holder !== worker) continue;
      row.holder = undefined;
      row.interrupted = true;
    }
  }

  abandoned(limit: number): readonly AbandonedUpload[] {
    return [...this.#abandoned.values()].slice(0, limit);
  }

  forget(id: string): void {
    this.#abandoned.delete(id);
  }

  #held(lease: ItemLease): Row {
    const row = this.#rows.get(lease.itemId);
    if (row === undefined || row.epoch !== lease.epoch) throw new FencedError(`item ${lease.itemId} is no longer held in epoch ${lease.epoch}`);
    return row;
  }
}
