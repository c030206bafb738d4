/**
 * Lets a one-shot migration go on with the multipart uploads of the run before it.
 *
 * The ledger of such a run lives in memory; what must outlive it are its open uploads, since their parts cost the user
 * money and hours. They are kept in a small file per pair of source and destination, replaced as a whole at each change.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { ItemLease, Ledger, UploadRecord } from '../engine/ledger/ledger.ts';

const common = { size: Type.Number(), partBytes: Type.Number(), sourceEtag: Type.Optional(Type.String()) };
const Note = Type.Union([
  Type.Object({ state: Type.Literal('intended'), ...common, known: Type.Optional(Type.Array(Type.String())) }),
  Type.Object({ state: Type.Literal('open'), ...common, uploadId: Type.String() }),
  Type.Object({
    state: Type.Literal('completing'), ...common, uploadId: Type.String(),
    parts: Type.Array(Type.Object({ number: Type.Number(), etag: Type.String(), size: Type.Number() })),
  }),
]);
const Notes = Type.Record(Type.String(), Note);
type Notes = Type.Static<typeof Notes>;

export interface UploadNotes {
  /** A ledger that offers a noted upload with the item of the same destination key, and notes what becomes of it. */
  attach(ledger: Ledger): Ledger;
}

/** A file that is missing or not ours is an empty one: then large objects start over, and nothing else is lost. */
export async function openUploadNotes(file: string): Promise<UploadNotes> {
  const notes = new Map(Object.entries(await readNotes(file)));
  let saving = Promise.resolve();
  /** One write at a time; a write that failed is told to its own caller and the next one is tried. */
  const save = (): Promise<void> => (saving = saving.catch(() => undefined).then(() => writeNotes(file, notes)));
  const forget = async (destinationKey: string): Promise<void> => {
    if (notes.delete(destinationKey)) await save();
  };
  return {
    attach: (ledger) => ({
      ...ledger,
      async claimItem(kind) {
        const lease = await ledger.claimItem(kind);
        return lease === undefined ? undefined : withNote(lease, notes.get(lease.destinationKey));
      },
      async recordUpload(lease, upload) {
        notes.set(lease.destinationKey, toNote(upload));
        await save();
        await ledger.recordUpload(lease, upload);
      },
      async abandonUpload(lease) {
        if (lease.upload !== undefined) await ledger.recordUpload(lease, lease.upload);
        await ledger.abandonUpload(lease);
        await forget(lease.destinationKey);
      },
      async commitItem(lease, commit) {
        await ledger.commitItem(lease, commit);
        if (commit.kind === 'done' && commit.failure === undefined) await forget(lease.destinationKey);
      },
    }),
  };
}

function withNote(lease: ItemLease, note: Notes[string] | undefined): ItemLease {
  if (lease.upload !== undefined || note === undefined) return lease;
  const upload: UploadRecord = { ...note, sourceEtag: note.sourceEtag };
  return { ...lease, upload };
}

function toNote({ sourceEtag, ...upload }: UploadRecord): Notes[string] {
  return Value.Parse(Note, { ...upload, ...(sourceEtag === undefined ? {} : { sourceEtag }) });
}

async function readNotes(file: string): Promise<Notes> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Value.Check(Notes, value) ? value : {};
  } catch {
    return {};
  }
}

async function writeNotes(file: string, notes: ReadonlyMap<string, Notes[string]>): Promise<void> {
  if (notes.size === 0) return rm(file, { force: true });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, JSON.stringify(Object.fromEntries(notes)), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
