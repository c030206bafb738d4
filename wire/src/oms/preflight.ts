/** Of our own: what a task would meet. */
import { Type, type Static } from 'typebox';
import { Long } from './task-enums.ts';

const Count = { objects: Long('Objects'), bytes: Long('Bytes') };

export const PreflightResp = Type.Object({
  verbs: Type.Array(Type.Object({
    side: Type.Enum(['source', 'destination', 'list-file']), verb: Type.Enum(['list', 'look', 'read', 'write']), allowed: Type.Enum(['yes', 'no', 'not-tried']),
    why: Type.Optional(Type.String()),
  })),
  survey: Type.Union([
    Type.Object({
      ...Count,
      by_size: Type.Array(Type.Object({ size: Type.String(), ...Count })),
      by_storage_class: Type.Array(Type.Object({ storage_class: Type.String(), ...Count })),
      archived: Type.Object(Count),
      older: Type.Object(Count),
      unreadable: Long('Named objects that could not be looked at'),
      troubles: Type.Array(Type.Object({ trouble: Type.String(), objects: Count.objects, examples: Type.Array(Type.String()) })),
    }),
    Type.Null(),
  ]),
  complete: Type.Boolean({ description: 'False when there are more objects than were looked at.' }),
  estimate: Type.Union([Type.Object({ from: Long('Seconds'), to: Long('Seconds') }), Type.Null()]),
});
export type PreflightResp = Static<typeof PreflightResp>;
