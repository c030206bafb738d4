import { expect, it } from 'vitest';
import { sourceSaid } from './source-said.ts';

const before = {
  name: 'n', toldName: 'n', ip: '10.0.0.1', ipv6: '', hostname: 'h', osType: 'LINUX', osVersion: 'OS', agentVersion: '1', oemSystem: false, startType: 'MANUAL', facts: { firmware: 'BIOS', memory: 5n, disks: [1] },
};

it('says of a server what is said beside its task, field by field', () => {
  const said = { id: 'other', domain_id: 'x', os_type: 'WINDOWS', state: 'error', migration_cycle: 'cutovered', name: 'm', ip: '10.0.0.2', os_version: 'OS2', agent_version: '2', oem_system: true, disks: [], cpu_quantity: 4 };
  expect(sourceSaid(before, said)).toEqual({
    ...before, name: 'm', ip: '10.0.0.2', osVersion: 'OS2', agentVersion: '2', oemSystem: true, facts: { firmware: 'BIOS', memory: 5n, disks: [], cpu_quantity: 4 },
  });
});

it('keeps what is not said', () => {
  expect(sourceSaid(before, {})).toEqual(before);
});
