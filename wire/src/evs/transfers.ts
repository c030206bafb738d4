/** Disk transfers: "Querying All EVS Disk Transfers" and the operations beside it. */
import { Type, type Static } from 'typebox';
import { EvsName, Link, Name, Offset, Timestamp } from './fields.ts';

export const TransferParams = Type.Object({ project_id: Type.String({ minLength: 1, maxLength: 1024 }), transfer_id: Type.String({ minLength: 1, maxLength: 1024 }) });
export type TransferParams = Static<typeof TransferParams>;

/** Table 2. name and all_tenants are Cinder's: the latter shows the same to who is no administrator of the cloud. */
export const ListTransfersQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'a whole number from 1 to 2147483647' })),
  offset: Type.Optional(Offset),
  name: Type.Optional(Type.String({ description: 'the name of a transfer' })),
  volume_id: Type.Optional(Type.String({ description: 'the ID of a disk' })),
});
export type ListTransfersQuery = Static<typeof ListTransfersQuery>;

const offered = {
  volume_id: Type.String({ minLength: 1, maxLength: 255, description: 'the ID of a disk' }),
  /** Cinder's, of version 3.55. */
  no_snapshots: Type.Optional(Type.Boolean({ description: 'true or false' })),
};

/** CreateVolumeTransferOption. */
export const CreateTransferRequest = Type.Object({
  transfer: Type.Object({ name: EvsName, ...offered }, { description: 'an object with name and volume_id' }),
}, { description: 'an object with transfer' });

/** Cinder's clients send null for a name that nobody gave. */
export const CinderCreateTransferRequest = Type.Object({
  transfer: Type.Object({ name: Type.Optional(Name), ...offered }, { description: 'an object with volume_id' }),
}, { description: 'an object with transfer' });

export const AcceptTransferRequest = Type.Object({
  accept: Type.Object({ auth_key: Type.String({ minLength: 1, maxLength: 255, description: 'the authentication key of the transfer' }) }, { description: 'an object with auth_key' }),
}, { description: 'an object with accept' });

/** Table 5. */
export const VolumeTransferSummary = Type.Object({ id: Type.String(), links: Type.Array(Link), name: Type.String(), volume_id: Type.String() });
export type VolumeTransferSummary = Static<typeof VolumeTransferSummary>;

export const VolumeTransfer = Type.Object({ ...VolumeTransferSummary.properties, created_at: Timestamp });
export type VolumeTransfer = Static<typeof VolumeTransfer>;

/** The only answer with the key. */
export const CreatedTransfer = Type.Object({ ...VolumeTransfer.properties, auth_key: Type.String() });
export type CreatedTransfer = Static<typeof CreatedTransfer>;

export const ListTransfersResponse = Type.Object({ transfers: Type.Array(VolumeTransferSummary) });
export type ListTransfersResponse = Static<typeof ListTransfersResponse>;
export const ListTransferDetailsResponse = Type.Object({ transfers: Type.Array(VolumeTransfer) });
export type ListTransferDetailsResponse = Static<typeof ListTransferDetailsResponse>;
export const TransferResponse = Type.Object({ transfer: VolumeTransfer });
export type TransferResponse = Static<typeof TransferResponse>;
export const AcceptTransferResponse = Type.Object({ transfer: VolumeTransferSummary });
export type AcceptTransferResponse = Static<typeof AcceptTransferResponse>;
export const CreateTransferResponse = Type.Object({ transfer: CreatedTransfer });
export type CreateTransferResponse = Static<typeof CreateTransferResponse>;
