/**
 * A large object from a source that tells no length or ignores ranges: one GET from the first byte to the last, cut into
 * parts that are held in memory one at a time. It cannot be gone on with after a crash.
 */
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import { Md5 } from '@haulier/lib/digest/md5.ts';
import type { OpenedObject, UploadedPart } from '../../object-store/object-store.ts';
import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import { at, SidedFailure } from '../sided-failure.ts';
import { base64OfHex } from './content-md5.ts';
import { completeUpload } from './finish-upload.ts';
import { checkPinned, givesMd5, type LargeCopy } from './large-copy.ts';
import { compositeEtag } from './parts.ts';
import { writeOptions } from './scope.ts';
import type { TransferOutcome } from './transfer.ts';
import type { OpenUpload } from './upload-ledger.ts';
import { cutInParts } from './untold-length.ts';
import { plainMd5 } from './verify.ts';

export async function copyStreamed(copy: LargeCopy): Promise<TransferOutcome> {
  const { scope, version, multipart, signal } = copy;
  const told = version.size > scope.limits.largeFrom;
  const partBytes = Math.min(multipart.maxPartBytes, Math.max(scope.limits.partBytes, multipart.minPartBytes, told ? Math.ceil(version.size / multipart.maxParts) : 0));
  const content = { sourceEtag: version.etag, size: version.size, partBytes };
  const open = await at('destination', copy.ledger.begin(content, writeOptions(scope, version, copy.source.storageClass ?? version.storageClass, !copy.memory.wrote)));
  const opened = await at('source', scope.context.source.read(version.key, version.etag === undefined ? {} : { ifMatch: version.etag }, signal));
  const sent = await sendParts(copy, open, opened, told);
  const object = { ...copy, source: { ...copy.source, size: sent.size } };
  return completeUpload(object, { ...open, content: { ...content, size: sent.size } }, { parts: sent.parts, readMd5: compositeEtag(sent.md5s) });
}

async function sendParts(copy: LargeCopy, { upload, content }: OpenUpload, opened: OpenedObject, told: boolean): Promise<{ parts: UploadedPart[]; md5s: string[]; size: number }> {
  const { scope, multipart, signal } = copy;
  const parts: UploadedPart[] = [];
  const md5s: string[] = [];
  const sendPart = async (bytes: Buffer): Promise<void> => {
    if (parts.length === multipart.maxParts) throw new SidedFailure(new StoreFailure('unsupported', 'the destination takes no object of that length'), 'destination');
    const md5 = new Md5(bytes.byteLength);
    md5.update(bytes);
    const digest = md5.hex();
    const part = await at('destination', multipart.writePart(upload, parts.length + 1, bytesSource(bytes), signal, scope.learned.wantsContentMd5 ? base64OfHex(digest) : undefined));
    if (givesMd5(copy) && plainMd5(part.etag) !== digest) throw new SidedFailure(new StoreFailure('corrupt', `part ${part.number}: the ETag is not the MD5 of the bytes sent`), 'destination');
    parts.push(part);
    md5s.push(digest);
  };
  try {
    if (told) checkPinned(copy.version, opened);
    const size = await cutInParts(opened.body, content.partBytes, scope.context.bandwidth, signal, sendPart);
    if (told && size !== copy.version.size) throw new SidedFailure(new StoreFailure('transient', `body ended after ${size} of ${copy.version.size} bytes`), 'source');
    return { parts, md5s, size };
  } catch (error) {
    opened.body.discard();
    throw isFailure(error) ? new SidedFailure(error, 'source') : error;
  }
}
