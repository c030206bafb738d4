/** Operations of the reference that nothing here carries out: they are refused by name. */
import type { FastifyInstance } from 'fastify';
import { notServed } from './faults.ts';

const operations = [
  ['PUT', '/v5/:project_id/cloudvolumes/:volume_id/qos', 'ModifyVolumeQoS', 'Disks have no QoS here.'],
  ['POST', '/v2/:project_id/volumes/:volume_id/retype', 'RetypeVolume', 'Create a disk of the other type.'],
  ['POST', '/v2/:project_id/cloudvolumes/unsubscribe', 'UnsubscribePostpaidVolume', 'Nothing is charged here: delete the disks.'],
  ['GET', '/v3/:project_id/recycle-bin-volumes/detail', 'ListVolumesInRecycle', 'There is no recycle bin here.'],
  ['GET', '/v3/:project_id/recycle-bin-volumes/policy', 'ShowRecyclePolicy', 'There is no recycle bin here.'],
  ['PUT', '/v3/:project_id/recycle-bin-volumes/policy', 'UpdateRecyclePolicy', 'There is no recycle bin here.'],
  ['GET', '/v3/:project_id/recycle-bin-volumes/:volume_id', 'ShowVolumeInRecycle', 'There is no recycle bin here.'],
  ['DELETE', '/v3/:project_id/recycle-bin-volumes/:volume_id', 'DeleteVolumeInRecycle', 'There is no recycle bin here.'],
  ['POST', '/v3/:project_id/recycle-bin-volumes/:volume_id/revert', 'RevertVolumeInRecycle', 'There is no recycle bin here.'],
] as const;

export function unservedRoutes(app: FastifyInstance): void {
  for (const [method, url, operation, instead] of operations) {
    app.route({ method, url, schema: { hide: true }, handler: () => { throw notServed(operation, instead); } });
  }
}
