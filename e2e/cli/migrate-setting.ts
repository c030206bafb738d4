/** Runs `haulier migrate` between buckets of the gateway and folders, and looks at what it left. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bytesSource, collectBytes } from '@haulier/lib/bytes/byte-stream.ts';
import type { ListPosition, ObjectMetadata, ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { createS3Store } from '@haulier/platform/providers/s3/s3-store.ts';
import { expect } from 'vitest';
import { makeBucket, startRgw, type Rgw, type RgwUser } from '../stores/rgw.ts';
import { binary } from '../support/serve.ts';

export const never = new AbortController().signal;
export const MiB = 1024 * 1024;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** The summary of `--json`. */
export interface Summary {
  readonly result: string;
  readonly succeeded: { readonly objects: number; readonly bytes: number };
  readonly skipped: { readonly objects: number; readonly bytes: number };
  readonly failed: { readonly objects: number; readonly bytes: number };
  readonly seconds: number;
  readonly failed_list: string | null;
  readonly failures: readonly { readonly key: string; readonly reason: string }[];
  readonly error?: { readonly side: string; readonly failure: string; readonly message: string };
}

/** Two accounts of one gateway: `aws:rgw` is the first one's, `hec:rgw` the second's, `hec:rgw-tls` the same over TLS. */
export class MigrateSetting {
  readonly rgw: Rgw;
  readonly folder: string;
  readonly #config: string;
  readonly #open: ObjectStore[] = [];

  static async create(): Promise<MigrateSetting> {
    const rgw = await startRgw();
    const folder = await mkdtemp(join(tmpdir(), 'haulier-migrate-'));
    const setting = new MigrateSetting(rgw, folder);
    const region = { addressing: 'path', signature: 'v4', signingRegion: 'us-east-1' };
    await writeFile(setting.#config, JSON.stringify({ regions: [
      { ...region, cloud: 'AWS', region: 'rgw', endpoint: rgw.endpoint },
      { ...region, cloud: 'HEC', region: 'rgw', endpoint: rgw.endpoint },
      { ...region, cloud: 'HEC', region: 'rgw-tls', endpoint: rgw.tlsEndpoint, caFile: rgw.ca },
    ] }));
    return setting;
  }

  constructor(rgw: Rgw, folder: string) {
    this.rgw = rgw;
    this.folder = folder;
    this.#config = join(folder, 'haulier.yaml');
  }

  async remove(): Promise<void> {
    await Promise.all(this.#open.map((store) => store.close()));
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What no output may show. */
  get secrets(): readonly string[] {
    return this.rgw.users.flatMap(({ accessKey, secretKey }) => [accessKey, secretKey]);
  }

  get keys(): Readonly<Record<string, string>> {
    const [src, dst] = this.rgw.users;
    return { HAULIER_SRC_ACCESS_KEY: src.accessKey, HAULIER_SRC_SECRET_KEY: src.secretKey, HAULIER_DST_ACCESS_KEY: dst.accessKey, HAULIER_DST_SECRET_KEY: dst.secretKey };
  }

  environment(over: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HAULIER_')));
    return { ...inherited, HOME: this.folder, XDG_STATE_HOME: join(this.folder, 'state'), ...over };
  }

  arguments(args: readonly string[]): readonly string[] {
    return ['migrate', '--config', this.#config, ...args];
  }

  /** Starts the command with the keys of both accounts, unless told otherwise. */
  start(args: readonly string[], over: Readonly<Record<string, string>> = this.keys): Running {
    return follow(spawn(binary, [...this.arguments(args)], { cwd: this.folder, env: this.environment(over), stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** Runs the command to its end; no key is in anything it prints. */
  async run(args: readonly string[], over?: Readonly<Record<string, string>>): Promise<Ended> {
    const ended = await this.start(args, over).ended;
    for (const secret of this.secrets) expect(ended.stdout + ended.stderr).not.toContain(secret);
    return ended;
  }

  async json(args: readonly string[], over?: Readonly<Record<string, string>>): Promise<{ readonly code: number | null; readonly summary: Summary }> {
    const { code, stdout, stderr } = await this.run([...args, '--json'], over);
    expect(stdout.split('\n'), stderr).toHaveLength(2);
    return { code, summary: JSON.parse(stdout) as Summary };
  }

  /** A new bucket of the first or the second account. */
  async bucket(account: 0 | 1): Promise<ObjectStore> {
    const user: RgwUser = this.rgw.users[account];
    const bucket = await makeBucket(this.rgw, user);
    const store = createS3Store({ endpoint: this.rgw.endpoint, region: 'us-east-1', addressing: 'path', bucket, credentials: user, now: () => Date.now() });
    this.#open.push(store);
    return store;
  }

  /** A new folder, as SRC and DST name it. */
  async local(name: string, files: Readonly<Record<string, string | Buffer>> = {}): Promise<string> {
    const root = await mkdtemp(join(this.folder, `${name}-`));
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    return root;
  }

  /** All that is remembered between two runs. */
  async notes(): Promise<string> {
    const folder = join(this.folder, 'state', 'haulier', 'migrations');
    const files = await readdir(folder).catch(() => []);
    return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n');
  }
}

export function follow(child: ChildProcess): Running {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => { stdout += chunk.toString(); });
  child.stderr?.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
  const ended = new Promise<Ended>((resolve, reject) => child.once('close', (code) => resolve({ code, stdout, stderr })).once('error', reject));
  return { child, ended };
}

export async function put(store: ObjectStore, key: string, bytes: Buffer | string, metadata: ObjectMetadata = { user: {} }): Promise<void> {
  await store.write(key, bytesSource(Buffer.from(bytes)), { metadata }, never);
}

/** Content by key; our own records are left out. */
export async function contents(store: ObjectStore): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  let from: ListPosition | undefined = { kind: 'start' };
  while (from !== undefined) {
    const page = await store.list({ prefix: '', from }, never);
    for (const { key, size } of page.objects) {
      if (!key.startsWith('oms/')) found.set(key, await collectBytes((await store.read(key, {}, never)).body, size));
    }
    from = page.next;
  }
  return found;
}

/** Equal keys with equal bytes, without printing them. */
export function expectSame(actual: ReadonlyMap<string, Buffer>, expected: ReadonlyMap<string, Buffer>): void {
  expect([...actual.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
  for (const [key, bytes] of expected) expect(actual.get(key)?.equals(bytes), `the bytes of ${JSON.stringify(key)}`).toBe(true);
}

export async function modify(file: string, time: string): Promise<void> {
  await utimes(file, new Date(time), new Date(time));
}
