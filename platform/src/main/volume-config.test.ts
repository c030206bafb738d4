import { describe, expect, test } from 'vitest';
import { ConfigError } from './config-problem.ts';
import { volumesConfig } from './volume-config.ts';

const read = (file: Parameters<typeof volumesConfig>[0]) => volumesConfig(file, 'haulier.yaml', (path) => `/etc/${path}`);

function problem(file: Parameters<typeof volumesConfig>[0]): string {
  try {
    read(file);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'none';
}

describe('the configuration of disks', () => {
  test('has a default for everything', () => {
    const { types, ...others } = read(undefined);
    expect(others).toEqual({
      zones: ['az-1'], backends: [{ name: 'files', kind: 'file' }], quotas: { volumes: 1_000, gigabytes: 1_048_576, snapshots: 1_000, perVolumeGigabytes: 32_768 }, transferMs: 604_800_000,
    });
    expect(types.map(({ name }) => name)).toEqual(['SSD', 'GPSSD', 'SAS', 'SATA', 'ESSD']);
    for (const type of types) expect(type).toMatchObject({ zones: ['az-1'], backend: 'files', quotas: {} });
  });

  test('is what the file says', () => {
    expect(read({
      zones: ['a', 'b'],
      backends: [{ name: 'fast', kind: 'file', folder: 'nvme' }, { name: 'slow', kind: 'file', folder: 'disks', format: 'qcow2' }],
      types: [{ name: 'SSD' }, { name: 'SATA', backend: 'slow', zones: ['b'], description: 'cold', quotas: { gigabytes: 100 } }],
      quotas: { volumes: 5 },
      transferHours: 1,
    })).toEqual({
      zones: ['a', 'b'],
      backends: [{ name: 'fast', kind: 'file', folder: '/etc/nvme' }, { name: 'slow', kind: 'file', folder: '/etc/disks', format: 'qcow2' }],
      types: [{ name: 'SSD', description: '', zones: ['a', 'b'], backend: 'fast', quotas: {} }, { name: 'SATA', description: 'cold', zones: ['b'], backend: 'slow', quotas: { gigabytes: 100 } }],
      quotas: { volumes: 5, gigabytes: 1_048_576, snapshots: 1_000, perVolumeGigabytes: 32_768 },
      transferMs: 3_600_000,
    });
  });

  test.each<[string, Parameters<typeof volumesConfig>[0], string]>([
    ['a backend that is not there', { types: [{ name: 'SSD', backend: 'x' }] }, 'haulier.yaml: volumes.types[0].backend: expected one of files, not x'],
    ['a zone that is not there', { types: [{ name: 'SSD', zones: ['x'] }] }, 'haulier.yaml: volumes.types[0].zones: expected some of az-1, not x'],
    ['a name twice', { types: [{ name: 'SSD' }, { name: 'SSD' }] }, 'haulier.yaml: volumes.types[1].name: SSD is there twice'],
  ])('refuses %s', (_what, file, expected) => {
    expect(problem(file)).toBe(expected);
  });
});
