/** `haulier migrate` from a cloud into folders of this machine, with credentials from the environment. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { local } from '@haulier/platform/providers/local/provider.ts';
import { expect } from 'vitest';
import { follow, type Summary } from '../cli/migrate-setting.ts';
import { binary } from './serve.ts';

export class FolderTarget {
  readonly folder: string;
  /** What no output may show. */
  readonly #secrets: readonly string[];

  private constructor(folder: string, secrets: readonly string[]) {
    this.folder = folder;
    this.#secrets = secrets;
  }

  /** @param region an entry of the configuration file. */
  static async create(region: Readonly<Record<string, string>>, secrets: readonly string[]): Promise<FolderTarget> {
    const target = new FolderTarget(await mkdtemp(join(tmpdir(), 'haulier-folders-')), secrets);
    await writeFile(join(target.folder, 'haulier.yaml'), JSON.stringify({ regions: [region] }));
    return target;
  }

  /** @param from as SRC names it; `to` is the name of a folder. */
  async migrate(from: string, to: string, credentials: Readonly<Record<string, string>>): Promise<{ readonly code: number | null; readonly summary: Summary }> {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HAULIER_')));
    const env = { ...inherited, HOME: this.folder, XDG_STATE_HOME: join(this.folder, 'state'), ...credentials };
    const args = ['migrate', '--config', join(this.folder, 'haulier.yaml'), '--json', from, `local:${join(this.folder, to)}`];
    const { code, stdout, stderr } = await follow(spawn(binary, args, { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] })).ended;
    for (const secret of this.#secrets) expect(stdout + stderr).not.toContain(secret);
    expect(stdout.split('\n'), stderr).toHaveLength(2);
    return { code, summary: JSON.parse(stdout) as Summary };
  }

  /** What has arrived in a folder. */
  store(name: string): ObjectStore {
    const entry = { cloud: 'Local', region: 'local', endpoint: pathToFileURL(this.folder).href, addressing: 'path', signature: 'v4' } as const;
    return local.openStore(entry, { bucket: name, credentials: undefined, runtime: { clock: { now: () => Date.now() }, uniqueName: () => 'unused' } });
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
