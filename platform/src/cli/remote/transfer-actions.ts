/** What the `haulier transfer` commands do. */
import { AcceptTransferResponse, CreateTransferResponse, ListTransferDetailsResponse, TransferResponse } from '@haulier/wire/evs/transfers.ts';
import { withTerminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { connect, nothing, print, type Printing } from './answers.ts';
import type { ApiClient } from './api-client.ts';
import { findDisk } from './find-disk.ts';
import type { AccessFlags } from './server-access.ts';
import { transferDetails, transferTable } from './volume-text.ts';

export async function create(diskText: string, flags: Printing & { readonly name?: string; readonly snapshots: boolean }): Promise<void> {
  const client = await connect(flags);
  const { id } = await findDisk(client, diskText);
  const request = { transfer: { volume_id: id, name: flags.name ?? '', ...(flags.snapshots ? {} : { no_snapshots: true }) } };
  const { transfer } = await client.ask(CreateTransferResponse, 'POST', transfersPath(client), request);
  print(flags, transfer, () => transferDetails(transfer, transfer.auth_key));
  process.stderr.write(`The key is shown this once; whoever has it can take the disk. In the other project: haulier transfer accept ${transfer.id}\n`);
}

export async function list(flags: Printing): Promise<void> {
  const client = await connect(flags);
  const answer = await client.ask(ListTransferDetailsResponse, 'GET', `${transfersPath(client)}/detail`);
  print(flags, answer, () => transferTable(answer.transfers));
}

export async function show(id: string, flags: Printing): Promise<void> {
  const client = await connect(flags);
  const { transfer } = await client.ask(TransferResponse, 'GET', transferPath(client, id));
  print(flags, transfer, () => transferDetails(transfer));
}

export async function accept(id: string, flags: Printing): Promise<void> {
  const key = await findKey(id);
  const client = await connect(flags);
  const { transfer } = await client.ask(AcceptTransferResponse, 'POST', transferPath(client, id, '/accept'), { accept: { auth_key: key } });
  print(flags, transfer, () => `${transfer.volume_id}\n`);
  process.stderr.write(`Disk ${transfer.volume_id} belongs to project ${client.projectId} now.\n`);
}

export async function remove(ids: readonly string[], flags: AccessFlags): Promise<void> {
  const client = await connect(flags);
  for (const id of ids) {
    await client.ask(nothing, 'DELETE', transferPath(client, id));
    process.stderr.write(`Transfer ${id} is withdrawn.\n`);
  }
}

async function findKey(id: string): Promise<string> {
  const given = process.env['HAULIER_TRANSFER_KEY'] ?? '';
  if (given !== '') return given;
  if (!process.stdin.isTTY) throw new UsageError('no key for the transfer: set HAULIER_TRANSFER_KEY, or run in a terminal to be asked');
  const answer = await withTerminal(({ askSecret }) => askSecret(`Key of transfer ${id} (not shown): `));
  if (answer === '') throw new UsageError('the key of the transfer is needed');
  return answer;
}

function transfersPath({ projectId }: ApiClient): string {
  return `/v2/${encodeURIComponent(projectId)}/os-volume-transfer`;
}

function transferPath(client: ApiClient, id: string, action = ''): string {
  return `${transfersPath(client)}/${encodeURIComponent(id)}${action}`;
}
