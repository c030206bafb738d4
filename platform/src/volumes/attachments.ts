/** How machines come to a disk and leave it, step by step as Cinder has them: reserve, attach; begin to detach, detach. */
import { moveVolume, ownVolume, refuse, checkTexts } from './refusals.ts';
import type { AttachmentId, VolumeId, VolumeProjectId } from './volume.ts';
import type { VolumeEvent } from './volume-life-cycle.ts';
import type { VolumeAction, Volumes } from './volumes.ts';
import type { VolumesDeps } from './volumes-deps.ts';

type AttachmentUseCases = Pick<Volumes, 'reserve' | 'unreserve' | 'attach' | 'beginDetaching' | 'rollDetaching' | 'detach'>;

export function attachmentUseCases(deps: VolumesDeps): AttachmentUseCases {
  return {
    reserve: (project, id) => step(deps, project, id, 'reserve', { alone: 'reserve', further: 'reserve-further' }),
    unreserve: (project, id) => step(deps, project, id, 'unreserve', { alone: 'unreserve', further: 'unreserve-further' }),
    attach: (project, id, to) => attach(deps, project, id, to),
    beginDetaching: (project, id) => step(deps, project, id, 'begin-detaching', { alone: 'begin-detaching', further: 'begin-detaching' }),
    rollDetaching: (project, id) => step(deps, project, id, 'roll-detaching', { alone: 'roll-detaching', further: 'roll-detaching' }),
    detach: (project, id, attachment) => detach(deps, project, id, attachment),
  };
}

/** `further`: of a disk that is attached somewhere already. */
async function step({ repository }: VolumesDeps, project: VolumeProjectId, id: VolumeId, action: VolumeAction, events: { readonly alone: VolumeEvent; readonly further: VolumeEvent }): Promise<void> {
  await repository.change(async (unit) => {
    const volume = await ownVolume(unit, project, id);
    const isAttached = volume.attachments.length > 0;
    if (action === 'reserve' && isAttached && !volume.multiattach) refuse({ kind: 'volume-attached', id, action });
    await unit.changeVolume(id, { state: moveVolume(volume, isAttached ? events.further : events.alone, action) });
  });
}

async function attach({ repository, ids }: VolumesDeps, project: VolumeProjectId, id: VolumeId, to: Parameters<Volumes['attach']>[2]): Promise<AttachmentId> {
  checkTexts({ ...to });
  return repository.change(async (unit) => {
    const volume = await ownVolume(unit, project, id);
    const isAttached = volume.attachments.length > 0;
    if (isAttached && !volume.multiattach) refuse({ kind: 'volume-attached', id, action: 'attach' });
    const attachment = ids.attachment();
    await unit.addAttachment(id, { id: attachment, ...to });
    await unit.changeVolume(id, { state: moveVolume(volume, isAttached ? 'attach-further' : 'attach', 'attach') });
    return attachment;
  });
}

async function detach({ repository }: VolumesDeps, project: VolumeProjectId, id: VolumeId, attachment: AttachmentId | undefined): Promise<void> {
  await repository.change(async (unit) => {
    const volume = await ownVolume(unit, project, id);
    const { attachments } = volume;
    const [only, ...others] = attachment === undefined ? attachments : attachments.filter((one) => one.id === attachment);
    if (only === undefined || others.length > 0) return refuse({ kind: 'volume-not-attached', id });
    const state = moveVolume(volume, attachments.length > 1 ? 'detach-one' : 'detach', 'detach');
    await unit.dropAttachments(id, [only.id]);
    await unit.changeVolume(id, { state });
  });
}
