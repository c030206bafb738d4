/** The use cases of source servers over their repository. */
import { createHash } from 'node:crypto';
import type { Registration, SourceId } from './server.ts';
import { sourceId } from './server-id.ts';
import { ServerRefusal, type SourceServers } from './server-migration.ts';
import type { SourceRepository } from './source-repository.ts';

export interface SourceServersDeps {
  readonly repository: SourceRepository;
  /** A UUID. */
  readonly newId: () => string;
}

export function createSourceServers({ repository, newId }: SourceServersDeps): SourceServers {
  return {
    register: ({ domain }, registration) => repository.register(domain, registration, machineOf(registration), sourceId(newId())),
    show: async ({ domain }, id) => found(await repository.find(domain, id), id),
    list: ({ domain }, filter) => repository.list(domain, filter),
    async update({ domain }, id, change) {
      const outcome = await repository.update(domain, id, change);
      if (outcome === 'no-such-project') throw new ServerRefusal({ kind: 'no-such-project', id: change.migrationProject ?? '' });
      found(outcome === 'done' || undefined, id);
    },
    setDiskInfo: async ({ domain }, id, facts, storage) => void found(await repository.setDiskInfo(domain, id, facts, storage) || undefined, id),
    remove: ({ domain }, ids) => repository.remove(domain, [...new Set(ids)]),
    overview: ({ domain }, enterpriseProject) => repository.overview(domain, enterpriseProject),
    changeState: async ({ domain }, id, told) => void found(await repository.tell(domain, id, told) || undefined, id),
    failures: ({ domain }, filter) => repository.failures(domain, filter),
    async nextCommand({ domain }, id) {
      const command = await repository.nextCommand(domain, id);
      if (command === 'absent') throw noSuchSource(id);
      return command;
    },
    takeResult: async ({ domain }, id, result) => void found(await repository.takeResult(domain, id, result) || undefined, id),
  };
}

function found<T>(value: T | undefined, id: SourceId): T {
  if (value === undefined) throw noSuchSource(id);
  return value;
}

function noSuchSource(id: SourceId): ServerRefusal {
  return new ServerRefusal({ kind: 'no-such-source', id });
}

/**
 * By what a machine is known again that has forgotten its id. MAC addresses alone do not tell: they are copied with a virtual
 * machine, and so two with the same addresses and different names are two.
 */
function machineOf({ macs, name }: Pick<Registration, 'macs' | 'name'>): string | undefined {
  const addresses = [...new Set(macs.map((mac) => mac.toLowerCase().replaceAll(/[^0-9a-f]/g, '')))].filter((mac) => /[^0]/.test(mac)).sort();
  return addresses.length === 0 ? undefined : createHash('sha256').update(JSON.stringify([name, ...addresses])).digest('hex');
}
