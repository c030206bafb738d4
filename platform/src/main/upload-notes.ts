/**
 * Lets a one-shot migration go on with the multipart uploads of the run before it.
 *
 * The ledger of such a run lives in memory; what must outlive it are its uploads, since their parts cost the user money
 * and hours. Those that are open, and those that are still to be aborted, are kept in a small file per pair of source and
 * destination, replaced as a whole at each change.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { AbandonedUpload, ItemLease, Ledger, UploadRecord } from '../engine/ledger/ledger.ts';

const common = { size: Type.Number(), partBytes: Type.Number(), sourceEtag: Type.Optional(Type.String()) };
const known = Type.Optional(Type.Array(Type.String()));
const Note = Type.Union([
  Type.Object({ state: Type.Literal('intended'), ...common, known }),
  Type.Object({ state: Type.Literal('open'), ...common, uploadId: Type.String() }),
  Type.Object({
    state: Type.Literal('completing'), ...common, uploadId: Type.String(),
    parts: Type.Array(Type.Object({ number: Type.Number(), etag: Type.String(), size: Type.Number() })),
  }),
]);
type Note = Type.Static<typeof Note>;
const Abandoned = Type.Object({ id: Type.String(), destinationKey: Type.String(), uploadId: Type.Optional(Type.String()), known });
type Abandoned = Type.Static<typeof Abandoned>;
const Notes = Type.Object({ uploads: Type.Record(Type.String(), Note), abandoned: Type.Array(Abandoned) });
type Notes = Type.Static<typeof Notes>;

/** A file that is missing or not ours is an empty one: then large objects start over, and nothing else is lost. */
export async function openUploadNotes(file: string, uniqueName: () => string): Promise<UploadNotes> {
  return new UploadNotes(file, await readNotes(file), uniqueName);
}

export class UploadNotes {
  readonly #file: string;
  readonly #uniqueName: () => string;
  /** By destination key. */
  readonly #uploads: Map<string, Note>;
  #abandoned: readonly Abandoned[];
  #saving: Promise<void> = Promise.resolve();

  constructor(file: string, { uploads, abandoned }: Notes, uniqueName: () => string) {
    this.#file = file;
    this.#uniqueName = uniqueName;
    this.#uploads = new Map(Object.entries(uploads));
    this.#abandoned = abandoned;
  }

  /** A ledger that offers a noted upload with the item of the same destination key, and notes what becomes of it. */
  attach(ledger: Ledger): Ledger {
    return {
      ...ledger,
      claimItem: async (kind) => {
        const lease = await ledger.claimItem(kind);
        return lease === undefined ? undefined : withNote(lease, this.#uploads.get(lease.destinationKey));
      },
      recordUpload: async (lease, upload) => {
        this.#uploads.set(lease.destinationKey, toNote(upload));
        await this.#save();
        await ledger.recordUpload(lease, upload);
      },
      abandonUpload: async (lease) => {
        await this.#abandon(lease.destinationKey);
        await ledger.abandonUpload(lease);
      },
      commitItem: async (lease, commit) => {
        await ledger.commitItem(lease, commit);
        if (commit.kind === 'done' && this.#uploads.delete(lease.destinationKey)) await this.#save();
      },
      abandonedUploads: (limit) => Promise.resolve(this.#abandoned.slice(0, limit).map(toAbandoned)),
      forgetUpload: async (id) => {
        this.#abandoned = this.#abandoned.filter((upload) => upload.id !== id);
        await this.#save();
      },
    };
  }

  /** Leaves to the janitor what no object of a migration that is over has gone on with. */
  async abandonRest(): Promise<void> {
    for (const key of [...this.#uploads.keys()]) await this.#abandon(key);
  }

  async #abandon(destinationKey: string): Promise<void> {
    const note = this.#uploads.get(destinationKey);
    if (note === undefined) return;
    this.#uploads.delete(destinationKey);
    const meant = note.state === 'intended' ? { ...(note.known === undefined ? {} : { known: note.known }) } : { uploadId: note.uploadId };
    this.#abandoned = [...this.#abandoned, { id: this.#uniqueName(), destinationKey, ...meant }];
    await this.#save();
  }

  /** One write at a time; a write that failed is told to its own caller, and the next one is tried. */
  #save(): Promise<void> {
    return (this.#saving = this.#saving.catch(() => undefined).then(() => writeNotes(this.#file, this.#uploads, this.#abandoned)));
  }
}

function withNote(lease: ItemLease, note: Note | undefined): ItemLease {
  if (lease.upload !== undefined || note === undefined) return lease;
  const upload: UploadRecord = { ...note, sourceEtag: note.sourceEtag };
  return { ...lease, upload };
}

function toNote({ sourceEtag, ...upload }: UploadRecord): Note {
  return Value.Parse(Note, { ...upload, ...(sourceEtag === undefined ? {} : { sourceEtag }) });
}

function toAbandoned(upload: Abandoned): AbandonedUpload {
  return { ...upload, uploadId: upload.uploadId };
}

async function readNotes(file: string): Promise<Notes> {
  const empty = { uploads: {}, abandoned: [] };
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Value.Check(Notes, value) ? value : empty;
  } catch {
    return empty;
  }
}

async function writeNotes(file: string, uploads: ReadonlyMap<string, Note>, abandoned: readonly Abandoned[]): Promise<void> {
  if (uploads.size === 0 && abandoned.length === 0) return rm(file, { force: true });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, JSON.stringify({ uploads: Object.fromEntries(uploads), abandoned }), { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}
