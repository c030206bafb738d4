/** Disk transfers, for EVS's own paths and for those of Cinder's clients: both have the same answers. */
import {
  AcceptTransferRequest, AcceptTransferResponse, CinderCreateTransferRequest, CreateTransferRequest, CreateTransferResponse, ListTransferDetailsResponse, ListTransfersQuery, ListTransfersResponse, TransferParams,
  TransferResponse, type VolumeTransfer, type VolumeTransferSummary,
} from '@haulier/wire/evs/transfers.ts';
import { largestPage, ProjectParams } from '@haulier/wire/evs/fields.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Transfer, VolumeProjectId } from '../../volumes/volume.ts';
import type { Listed, VolumeTransfers } from '../../volumes/volumes.ts';
import { jsonBody } from '../json-body.ts';
import { BrokenInput, schemaReader } from '../read-by-schema.ts';
import { ownerOf, ownProject } from './access.ts';
import { cinderDocument, evsDocument, undocumented, type Documentation } from './documentation.ts';
import { asUuid, transferId, volumeId } from './ids.ts';
import { linksTo } from './links.ts';
import { queryReader } from '../read-query.ts';
import { timestamp } from './times.ts';

const readQuery = queryReader(ListTransfersQuery);
const readAccept = schemaReader(AcceptTransferRequest);

interface OfTransfer {
  readonly Params: TransferParams;
}

/** What the two families of paths do not have in common. */
export interface TransferFamily {
  readonly document: Documentation;
  readonly CreateRequest: typeof CreateTransferRequest | typeof CinderCreateTransferRequest;
  /** Of an offset that is not less than the number of transfers, as the page of EVS wants it. */
  readonly pastTheEnd: 'refused' | 'empty';
}

export const evsTransfers: TransferFamily = { document: evsDocument, CreateRequest: CreateTransferRequest, pastTheEnd: 'refused' };
export const cinderTransfers: TransferFamily = { document: cinderDocument, CreateRequest: CinderCreateTransferRequest, pastTheEnd: 'empty' };
export const undocumentedTransfers: TransferFamily = { ...cinderTransfers, document: undocumented };

/** @param root up to and with the collection's name */
export function transferRoutes(app: FastifyInstance, transfers: VolumeTransfers, root: string, family: TransferFamily): void {
  questionRoutes(app, transfers, root, family);
  const { document, CreateRequest } = family;
  const readCreate = schemaReader(CreateRequest);
  const tags = ['Disk transfers'];

  app.post(root, {
    schema: document({
      operationId: 'CinderCreateVolumeTransfer', summary: 'Offer a disk to another project; the key is in this answer alone', tags, params: ProjectParams, body: CreateRequest,
      response: { 202: CreateTransferResponse },
    }),
  }, async (request, reply) => {
    const owner = ownerOf(request);
    const { transfer: { volume_id: volume, name = '', no_snapshots: withoutSnapshots = false } } = readCreate(jsonBody(request));
    const { transfer, authKey } = await transfers.create(owner, { volume: volumeId(volume), name, withoutSnapshots });
    return reply.code(202).send({ transfer: { ...toTransfer(transfer, request), auth_key: authKey } } satisfies CreateTransferResponse);
  });

  app.post<OfTransfer>(`${root}/:transfer_id/accept`, {
    schema: document({
      operationId: 'CinderAcceptVolumeTransfer', summary: 'Accept a disk that another project offers', tags, params: TransferParams, body: AcceptTransferRequest,
      response: { 202: AcceptTransferResponse },
    }),
  }, async (request, reply) => {
    const acceptor = ownerOf(request);
    const { accept: { auth_key: authKey } } = readAccept(jsonBody(request));
    const transfer = await transfers.accept(acceptor, transferId(request.params.transfer_id), authKey);
    return reply.code(202).send({ transfer: toSummary(transfer, request) } satisfies AcceptTransferResponse);
  });

  app.delete<OfTransfer>(`${root}/:transfer_id`, {
    schema: document({
      operationId: 'CinderDeleteVolumeTransfer', summary: 'Take an offer back', tags, params: TransferParams, response: { 202: { type: 'null', description: 'Accepted' } },
    }),
  }, async (request, reply) => {
    await transfers.remove(ownProject(request), transferId(request.params.transfer_id));
    return reply.code(202).send();
  });
}

function questionRoutes(app: FastifyInstance, transfers: VolumeTransfers, root: string, { document, pastTheEnd }: TransferFamily): void {
  const tags = ['Disk transfers'];

  app.get(root, {
    schema: document({
      operationId: 'CinderListVolumeTransfers', summary: 'List the transfers of the project', tags, params: ProjectParams, querystring: ListTransfersQuery,
      response: { 200: ListTransfersResponse },
    }),
  }, async (request): Promise<ListTransfersResponse> => {
    const { items } = await listed(transfers, request, pastTheEnd);
    return { transfers: items.map((transfer) => toSummary(transfer, request)) };
  });

  app.get(`${root}/detail`, {
    schema: document({ summary: 'List the transfers of the project with their details', tags, params: ProjectParams, querystring: ListTransfersQuery, response: { 200: ListTransferDetailsResponse } }),
  }, async (request): Promise<ListTransferDetailsResponse> => {
    const { items } = await listed(transfers, request, pastTheEnd);
    return { transfers: items.map((transfer) => toTransfer(transfer, request)) };
  });

  app.get<OfTransfer>(`${root}/:transfer_id`, {
    schema: document({ operationId: 'CinderShowVolumeTransfer', summary: 'Show a transfer', tags, params: TransferParams, response: { 200: TransferResponse } }),
  }, async (request): Promise<TransferResponse> => {
    const transfer = await transfers.show(ownProject(request), transferId(request.params.transfer_id));
    return { transfer: toTransfer(transfer, request) };
  });
}

async function listed(transfers: VolumeTransfers, request: FastifyRequest, pastTheEnd: TransferFamily['pastTheEnd']): Promise<Listed<Transfer>> {
  const { limit = largestPage, offset = 0, name, volume_id: volume } = readQuery(request.query);
  const found = await find(transfers, ownProject(request), { limit: Math.min(limit, largestPage), offset, ...(name === undefined ? {} : { name }) }, volume);
  if (pastTheEnd === 'refused' && offset > 0 && offset >= found.count) throw new BrokenInput('offset', `a whole number less than that of the transfers, which is ${found.count}`, false);
  return found;
}

/** An id that is none is one of no disk. */
async function find(transfers: VolumeTransfers, project: VolumeProjectId, page: Parameters<VolumeTransfers['list']>[1], volume: string | undefined): Promise<Listed<Transfer>> {
  if (volume === undefined) return transfers.list(project, page);
  const id = asUuid(volume);
  return id === undefined ? { items: [], count: 0 } : transfers.list(project, { ...page, volume: id });
}

function toSummary({ id, name, volume }: Transfer, request: FastifyRequest): VolumeTransferSummary {
  return { id, name, volume_id: volume, links: linksTo(request, ownProject(request), 'os-volume-transfer', id) };
}

function toTransfer(transfer: Transfer, request: FastifyRequest): VolumeTransfer {
  return { ...toSummary(transfer, request), created_at: timestamp(transfer.createdAt) };
}
