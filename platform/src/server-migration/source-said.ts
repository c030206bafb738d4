import type { Facts, Registration } from './server.ts';

type Said = Pick<Registration, 'name' | 'ip' | 'ipv6' | 'hostname' | 'osVersion' | 'agentVersion' | 'oemSystem' | 'startType' | 'facts'>;

/** Fields of the wire that have a place of their own; all others are facts. */
const places = { name: 'name', ip: 'ip', ipv6: 'ipv6', hostname: 'hostname', os_version: 'osVersion', agent_version: 'agentVersion', start_type: 'startType' } as const;

/** What changes by nothing that is said of a server in passing: who it is, whose, and what it runs. */
const fixed: ReadonlySet<string> = new Set(['id', 'domain_id', 'enterprise_project_id', 'os_type', 'state', 'migration_cycle']);

/** A server as `before`, with what was said of it in the names of the wire, field by field. */
export function sourceSaid<T extends Said>(before: T, said: Facts): T {
  const texts = Object.fromEntries(Object.entries(places).flatMap(([field, place]) => (typeof said[field] === 'string' ? [[place, said[field]]] : [])));
  const facts = Object.fromEntries(Object.entries(said).filter(([field]) => !fixed.has(field) && !(field in places) && field !== 'oem_system'));
  const oemSystem = typeof said['oem_system'] === 'boolean' ? said['oem_system'] : before.oemSystem;
  return { ...before, ...texts, oemSystem, facts: { ...before.facts, ...facts } };
}
