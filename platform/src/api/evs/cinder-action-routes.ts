/** POST /v3/{project_id}/volumes/{id}/action: the body's one field is the action's name. */
import { cinderActions } from '@haulier/wire/evs/cinder.ts';
import type { VolumeParams } from '@haulier/wire/evs/volumes.ts';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { VolumeId, VolumeProjectId } from '../../volumes/volume.ts';
import type { Volumes } from '../../volumes/volumes.ts';
import { jsonBody } from '../json-body.ts';
import { BrokenInput, schemaReader } from '../read-by-schema.ts';
import { ownProject } from './access.ts';
import type { Documentation } from './documentation.ts';
import { notServed } from './faults.ts';
import { attachmentId, snapshotId, volumeId } from './ids.ts';

type Action = (volumes: Volumes, project: VolumeProjectId, id: VolumeId, parameters: unknown) => Promise<unknown>;

const readExtend = schemaReader(cinderActions['os-extend']);
const readAttach = schemaReader(cinderActions['os-attach']);
const readDetach = schemaReader(cinderActions['os-detach']);
const readBootable = schemaReader(cinderActions['os-set_bootable']);
const readRevert = schemaReader(cinderActions.revert);

/** Those that act. */
const actions: Readonly<Record<string, Action>> = {
  'os-extend': (volumes, project, id, parameters) => volumes.extend(project, [{ id, sizeGiB: readExtend(parameters).new_size }]),
  'os-reserve': (volumes, project, id) => volumes.reserve(project, id),
  'os-unreserve': (volumes, project, id) => volumes.unreserve(project, id),
  'os-begin_detaching': (volumes, project, id) => volumes.beginDetaching(project, id),
  'os-roll_detaching': (volumes, project, id) => volumes.rollDetaching(project, id),
  'os-attach'(volumes, project, id, parameters) {
    const { instance_uuid: serverId, mountpoint: device, host_name: hostName = '', mode } = readAttach(parameters);
    if (mode === 'ro') throw notServed('os-attach.mode', 'Volumes are attached to be read and written: leave it out or send rw.');
    return volumes.attach(project, id, { serverId, device, hostName });
  },
  'os-detach'(volumes, project, id, parameters) {
    const { attachment_id: attachment } = readDetach(parameters ?? {});
    return volumes.detach(project, id, attachment === undefined ? undefined : attachmentId(attachment, id));
  },
  'os-set_bootable': (volumes, project, id, parameters) => volumes.update(project, id, { bootable: String(readBootable(parameters).bootable).toLowerCase() === 'true' }),
  'os-force_delete': (volumes, project, id) => volumes.remove(project, id, { cascade: false, force: true }),
  'revert': (volumes, project, id, parameters) => volumes.rollback(project, snapshotId(readRevert(parameters).snapshot_id), id),
};

/** What to do instead of those that do not act, where that is not one that does. */
const instead: Readonly<Record<string, string>> = {
  'os-retype': 'A volume keeps its type: create one of the other type from it.',
  'os-reset_status': 'A volume is in the state that it is in.',
  'os-update_readonly_flag': 'Volumes are attached to be read and written.',
  'os-set_image_metadata': 'There are no images here.',
  'os-unset_image_metadata': 'There are no images here.',
  'os-volume_upload_image': 'There are no images here.',
  'os-migrate_volume': 'A volume stays with the backend of its type.',
};

/** Those that Cinder has and that answer something at once. */
const immediate = new Set(['os-set_bootable']);

/** @param root up to and with the project */
export function cinderActionRoutes(app: FastifyInstance, volumes: Volumes, root: string, document: Documentation): void {
  app.post<{ Params: VolumeParams }>(`${root}/volumes/:volume_id/action`, {
    schema: document({
      summary: `Do something with a volume: ${Object.keys(actions).join(', ')}`, tags: ['Disks'], body: Type.Record(Type.String(), Type.Unknown()),
      response: { 202: { type: 'null', description: 'Accepted' } },
    }),
  }, async (request, reply) => {
    const project = ownProject(request);
    const id = volumeId(request.params.volume_id);
    const [name, parameters] = onlyField(jsonBody(request));
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) throw notServed(name, (Object.hasOwn(instead, name) ? instead[name] : undefined) ?? `The actions are ${Object.keys(actions).join(', ')}.`);
    await action(volumes, project, id, parameters);
    return reply.code(immediate.has(name) ? 200 : 202).send();
  });
}

function onlyField(body: unknown): readonly [name: string, parameters: unknown] {
  const fields: [string, unknown][] = typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.entries(body) : [];
  const [first, second] = fields;
  if (first === undefined || second !== undefined) throw new BrokenInput('', 'an object with the name of one action', false);
  return first;
}
