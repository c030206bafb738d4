/** What is kept of a source server as JSON, with all digits. */
import { keptJson, type KeptJson } from '@haulier/lib/kept-json/kept-json.ts';
import { Type } from 'typebox';
import type { EnvironmentCheck, Facts, Inspected, Registration } from '../../server-migration/server.ts';
import { facts, int64 } from './column-fields.ts';

/** What an agent told of its server, and the name that it goes by here. */
export interface SourceTold extends Pick<Registration, 'name' | 'ip' | 'ipv6' | 'hostname' | 'osType' | 'osVersion' | 'agentVersion' | 'oemSystem' | 'startType' | 'facts'> {
  /** The agent's own name for it: a person may have given it another. */
  readonly toldName: string;
}

export const toldColumn: KeptJson<SourceTold> = keptJson('source_server.told', Type.Object({
  name: Type.String(), toldName: Type.String(), ip: Type.String(), ipv6: Type.String(), hostname: Type.String(), osType: Type.Enum(['WINDOWS', 'LINUX']), osVersion: Type.String(),
  agentVersion: Type.String(), oemSystem: Type.Boolean(), startType: Type.Optional(Type.String()), facts,
}));

const volumes = Type.Array(Type.Object({
  fileSystem: Type.Optional(Type.String()), mountPoint: Type.Optional(Type.String()), size: Type.Optional(int64), free: Type.Optional(int64),
}));

export const inspectedColumn: KeptJson<Inspected> = keptJson('source_server.inspected', Type.Object({
  firmware: Type.Optional(Type.String()),
  cpuQuantity: Type.Optional(Type.Number()),
  memory: Type.Optional(int64),
  disks: Type.Array(Type.Object({ name: Type.String(), size: int64, partitionStyle: Type.Optional(Type.String()), volumes })),
  hasRsync: Type.Optional(Type.Boolean()),
  paravirtualization: Type.Optional(Type.Boolean()),
  rawDevices: Type.Optional(Type.String()),
  bootLoader: Type.Optional(Type.String()),
  btrfs: Type.Optional(Type.Array(facts)),
  volumeGroups: Type.Optional(Type.Array(Type.Object({ volumes }))),
  driverFiles: Type.Optional(Type.Boolean()),
  systemServices: Type.Optional(Type.Boolean()),
  accountRights: Type.Optional(Type.Boolean()),
}));

export const checksColumn: KeptJson<readonly EnvironmentCheck[]> = keptJson('source_server.checks', Type.Array(Type.Object({
  id: Type.Number(), name: Type.String(), result: Type.Enum(['OK', 'WARN', 'ERROR']), params: Type.Array(Type.String()),
  errorCode: Type.Optional(Type.String()), errorOrWarn: Type.Optional(Type.String()), errorParams: Type.Optional(Type.String()),
})));

export const planColumn: KeptJson<Facts> = keptJson('source_server.plan', facts);
