import type { ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import { StoreFailure } from '../../object-store/failure.ts';

/** A resource and its bytes in one body of type multipart/related ("Object uploads"). `boundary` occurs in neither. */
export function multipartBody(boundary: string, resource: string, contentType: string, bytes: ByteSource): ByteSource {
  if (bytes.length === undefined) throw new StoreFailure('unsupported', 'a body of unknown length');
  const before = Buffer.from(`--${boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n${resource}\r\n--${boundary}\r\ncontent-type: ${contentType}\r\n\r\n`);
  const after = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    length: before.byteLength + bytes.length + after.byteLength,
    async pipe(sink) {
      await sink.write(before);
      await bytes.pipe(sink);
      await sink.write(after);
    },
    discard() {
      bytes.discard();
    },
  };
}
