/** Asks the clouds of the configuration whether disks can be worked on there, without a server and without changing anything. */
import type { Config } from './config.ts';
import { openCloud } from './volume-backends.ts';

export interface CheckedBackend {
  readonly name: string;
  /** Undefined for a folder, which every start looks at. */
  readonly problems: readonly string[] | undefined;
}

export async function* checkBackends({ volumes }: Pick<Config, 'volumes'>, environment: NodeJS.ProcessEnv, signal: AbortSignal): AsyncIterable<CheckedBackend> {
  for (const configured of volumes.backends) {
    const { name } = configured;
    if (configured.kind === 'file') yield { name, problems: undefined };
    else yield { name, problems: await openCloud(configured, environment).problems?.(signal) };
  }
}
