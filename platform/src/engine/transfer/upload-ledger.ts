/**
 * The multipart upload of one object as its journal knows it. Every step is recorded before it is made, so that whoever
 * goes on after a crash, or cleans up, knows what may be there.
 */
import type { MultipartUploads, Upload, UploadedPart, WriteOptions } from '../../object-store/object-store.ts';
import { isFailure } from '../../object-store/failure.ts';
import type { UploadRecord } from '../ledger/ledger.ts';
import type { UploadJournal } from './transfer.ts';

/** What an upload is made of: this version of the source, cut like this. */
export interface UploadContent {
  readonly sourceEtag: string | undefined;
  readonly size: number;
  readonly partBytes: number;
}

export interface OpenUpload {
  readonly upload: Upload;
  readonly content: UploadContent;
  /** Parts that were there already, by number. */
  readonly parts: ReadonlyMap<number, UploadedPart>;
}

export class UploadLedger {
  private readonly journal: UploadJournal;
  private readonly multipart: MultipartUploads;
  private readonly key: string;
  private readonly signal: AbortSignal;
  private record: UploadRecord | undefined;

  constructor(journal: UploadJournal, multipart: MultipartUploads, key: string, signal: AbortSignal) {
    this.journal = journal;
    this.multipart = multipart;
    this.key = key;
    this.signal = signal;
    this.record = journal.current;
  }

  get current(): UploadRecord | undefined {
    return this.record;
  }

  /** The upload under way with the parts it has; undefined when there is none, or the store knows it no more. */
  async resume(): Promise<OpenUpload | undefined> {
    const { record } = this;
    if (record?.state !== 'open') return undefined;
    const upload = { key: this.key, uploadId: record.uploadId };
    try {
      const parts = await this.multipart.partsOf(upload, this.signal);
      return { upload, content: record, parts: new Map(parts.map((part) => [part.number, part])) };
    } catch (error) {
      // Without a list of its parts an upload cannot be gone on with.
      if (!isFailure(error, 'absent', 'denied', 'unsupported')) throw error;
      await this.abandon();
      return undefined;
    }
  }

  /** Begins an upload anew. An earlier one, or what an earlier intent may have left, is dealt with before. */
  async begin(content: UploadContent, options: WriteOptions): Promise<OpenUpload> {
    if (this.record?.state === 'intended') await this.sweep(this.record.known);
    else if (this.record !== undefined) await this.abandon();
    const known = await this.uploadsThere();
    await this.write({ state: 'intended', ...picked(content), ...(known === undefined ? {} : { known }) });
    const upload = await this.multipart.create(this.key, options, this.signal);
    await this.write({ state: 'open', ...picked(content), uploadId: upload.uploadId });
    return { upload, content, parts: new Map() };
  }

  /** All parts are there. */
  async completing({ upload, content }: OpenUpload, parts: readonly UploadedPart[]): Promise<void> {
    await this.write({ state: 'completing', ...picked(content), uploadId: upload.uploadId, parts });
  }

  /** Leaves what there is to the janitor. */
  async abandon(): Promise<void> {
    if (this.record === undefined) return;
    await this.journal.abandon();
    this.record = undefined;
  }

  /** Ends for good: nothing is left at the store, or the janitor knows of it. */
  async giveUp(): Promise<void> {
    if (this.record?.state === 'intended') {
      try {
        await this.sweep(this.record.known);
        // The intent is dropped with its item; handed to the janitor, it could cost a later upload of this key.
        return;
      } catch (error) {
        this.signal.throwIfAborted();
        if (!isFailure(error)) throw error;
      }
    }
    await this.abandon();
  }

  private async write(record: UploadRecord): Promise<void> {
    await this.journal.record(record);
    this.record = record;
  }

  private async uploadsThere(): Promise<readonly string[] | undefined> {
    try {
      return (await this.multipart.uploadsOf(this.key, this.signal)).map((upload) => upload.uploadId);
    } catch (error) {
      if (isFailure(error, 'denied', 'unsupported')) return undefined;
      throw error;
    }
  }

  /** Aborts what a create without an answer has left: uploads of this key that were not there when it was intended. */
  private async sweep(known: readonly string[] | undefined): Promise<void> {
    if (known === undefined) return;
    for (const upload of await this.multipart.uploadsOf(this.key, this.signal)) {
      if (!known.includes(upload.uploadId)) await this.multipart.abort(upload, this.signal);
    }
  }
}

function picked({ sourceEtag, size, partBytes }: UploadContent): UploadContent {
  return { sourceEtag, size, partBytes };
}
