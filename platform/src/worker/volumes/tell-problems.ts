/** Says at the start which backends cannot be worked with as they are configured. What is asked of their disks fails with the same words; all else goes on. */
import type { VolumeWorkerDeps } from './volume-worker.ts';

export async function tellProblems({ backends, log }: Pick<VolumeWorkerDeps, 'backends' | 'log'>, signal: AbortSignal): Promise<void> {
  await Promise.all([...backends].map(async ([name, { backend }]) => {
    try {
      const problems = await backend.problems?.(signal);
      for (const problem of problems ?? []) log.error({ backend: name, problem }, 'disks of this backend cannot be worked on');
      if (problems?.length === 0) log.info({ backend: name }, 'the cloud of this backend answers in the name of all of its projects');
    } catch (error) {
      if (error !== signal.reason) log.error({ backend: name, err: error }, 'it could not be found out whether disks of this backend can be worked on');
    }
  }));
}
