import { describe, expect, it } from 'vitest';
import { checkQuotas, quotasOf } from './quotas.ts';
import type { VolumeType } from './volume.ts';
import { VolumeRefusal } from './volumes.ts';

const type = (name: string, limits: VolumeType['limits']): VolumeType => ({ id: name, name, description: '', availabilityZones: [], backend: 'b', limits });
const limits = { volumes: 5, gigabytes: 100, snapshots: 3, perVolumeGigabytes: 50 };
const rules = { limits, types: [type('SSD', { volumes: 2, gigabytes: 20, snapshots: 1 }), type('SAS', {})] };
const use = (there: number, coming = 0) => ({ there, coming });
const usage = new Map([['SSD', { volumes: use(1), gigabytes: use(10, 5), snapshots: use(0) }], ['gone', { volumes: use(1), gigabytes: use(40), snapshots: use(1) }]]);

function refusalOf(wanted: Parameters<typeof checkQuotas>[2]): unknown {
  try {
    checkQuotas(rules, usage, wanted);
  } catch (error) {
    if (error instanceof VolumeRefusal) return error.refusal;
    throw error;
  }
  return 'none';
}

describe('quotas', () => {
  it.each<[Parameters<typeof checkQuotas>[2], object | 'none']>([
    [[{ type: 'SSD', volumes: 1, gigabytes: 5, snapshots: 1 }], 'none'],
    [[{ type: 'SSD', volumes: 1, gigabytes: 6 }], { quota: 'gigabytes', type: 'SSD', limit: 20, wanted: 6, inUse: 15 }],
    [[{ type: 'SSD', volumes: 2 }], { quota: 'volumes', type: 'SSD', limit: 2, wanted: 2, inUse: 1 }],
    [[{ type: 'SSD', snapshots: 2 }], { quota: 'snapshots', type: 'SSD', limit: 1, wanted: 2, inUse: 0 }],
    [[{ type: 'SSD', gigabytes: 3 }, { type: 'SAS', gigabytes: 9 }, { type: 'SSD', gigabytes: 3 }], { quota: 'gigabytes', type: 'SSD', limit: 20, wanted: 6, inUse: 15 }],
    [[{ type: 'SAS', volumes: 3, gigabytes: 45 }], 'none'],
    [[{ type: 'SAS', gigabytes: 46 }], { quota: 'gigabytes', limit: 100, wanted: 46, inUse: 55 }],
    [[{ type: 'SAS', volumes: 4 }], { quota: 'volumes', limit: 5, wanted: 4, inUse: 2 }],
    [[{ type: 'SAS', snapshots: 3 }], { quota: 'snapshots', limit: 3, wanted: 3, inUse: 1 }],
    [[{ type: 'SSD', volumes: 9, gigabytes: 900 }], { quota: 'gigabytes', limit: 100, wanted: 900, inUse: 55 }],
    [[], 'none'],
  ])('judge %j', (wanted, expected) => {
    expect(refusalOf(wanted)).toEqual(expected === 'none' ? 'none' : { kind: 'quota-exceeded', ...expected });
  });

  it('are told of all types together, those that are configured no more included, and of each that is', () => {
    expect(quotasOf(rules, usage)).toEqual({
      volumes: { limit: 5, inUse: 2, reserved: 0 }, gigabytes: { limit: 100, inUse: 50, reserved: 5 }, snapshots: { limit: 3, inUse: 1, reserved: 0 },
      perVolumeGigabytes: { limit: 50, inUse: 0, reserved: 0 },
      types: new Map([
        ['SSD', { volumes: { limit: 2, inUse: 1, reserved: 0 }, gigabytes: { limit: 20, inUse: 10, reserved: 5 }, snapshots: { limit: 1, inUse: 0, reserved: 0 } }],
        ['SAS', { volumes: { limit: -1, inUse: 0, reserved: 0 }, gigabytes: { limit: -1, inUse: 0, reserved: 0 }, snapshots: { limit: -1, inUse: 0, reserved: 0 } }],
      ]),
    });
  });
});
