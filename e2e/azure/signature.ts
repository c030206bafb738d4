import { createHmac } from 'node:crypto';
import type { AzuriteAccount } from '../stores/azurite.ts';

/** A shared access signature for everything in an account's blobs ("Create an account SAS"). */
export function accountSignature({ name, key }: AzuriteAccount, expires: number): string {
  const fields = { sv: '2020-08-04', ss: 'b', srt: 'sco', sp: 'rwdlac', se: `${new Date(expires).toISOString().slice(0, 19)}Z` };
  const text = [name, fields.sp, fields.ss, fields.srt, '', fields.se, '', '', fields.sv, ''].join('\n');
  return new URLSearchParams({ ...fields, sig: createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64') }).toString();
}
