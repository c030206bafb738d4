import type { VolumeType as WireType } from '@haulier/wire/evs/catalogue.ts';
import type { VolumeType } from '../../volumes/volume.ts';

export function toWireType(type: VolumeType): WireType {
  return { id: type.id, name: type.name, extra_specs: extraSpecs(type), description: type.description, qos_specs_id: null, is_public: true };
}

/** Zones as `az1,az2`. None is sold out: what is full says so when a disk is made. */
export function extraSpecs({ availabilityZones, backend }: VolumeType): Record<string, string> {
  return {
    'RESKEY:availability_zones': availabilityZones.join(','),
    'os-vendor-extended:sold_out_availability_zones': '',
    'volume_backend_name': backend,
  };
}
