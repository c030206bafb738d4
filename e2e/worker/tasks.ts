import type { NewTask, ProjectId } from '@haulier/platform/object-migration/task.ts';

function isProjectId(text: string): text is ProjectId {
  return text !== '';
}

export function projectId(text: string): ProjectId {
  if (!isProjectId(text)) throw new RangeError('a project has a name');
  return text;
}

/** Moves the whole of `source` into `destination`, both of the local region `here`. */
export function newTask(change: Partial<NewTask> = {}): NewTask {
  return {
    project: projectId('p1'),
    description: '',
    source: { cloud: 'Local', region: 'here', bucket: 'source', appId: undefined, selection: { kind: 'prefixes', prefixes: [''] } },
    destination: { region: 'here', bucket: 'destination', savePrefix: '' },
    credentials: { source: { accessKey: 'source-ak', secretKey: 'source-sk' }, destination: { accessKey: 'destination-ak', secretKey: 'destination-sk' } },
    options: {
      overwrite: 'size-or-time',
      check: 'size-and-time',
      migrateSince: undefined,
      carryMetadata: true,
      recordFailures: true,
      enableKms: false,
      enableRestore: false,
      enableRequesterPays: false,
      storagePolicy: 'STANDARD',
    },
    bandwidth: [],
    priority: 'medium',
    notice: undefined,
    ...change,
  };
}
