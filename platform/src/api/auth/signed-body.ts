import { Readable } from 'node:stream';
import { errorCodes } from 'fastify';

/** Bodies above 12 MB cannot be signed (section 3.2), so none is taken. */
export const maxBodyBytes = 12 * 1024 * 1024;

/** Reads a body whole, because its digest is part of the signature. Throws Fastify's own error when it is too large. */
export async function readBody(stream: AsyncIterable<unknown>, contentLength: string | undefined): Promise<Buffer> {
  if (contentLength !== undefined && Number(contentLength) > maxBodyBytes) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('a request body came as something else than bytes');
    total += chunk.byteLength;
    if (total > maxBodyBytes) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks, total);
}

/** The same body again, for Fastify's parser, which compares `receivedEncodedLength` with Content-Length. */
export function replayBody(body: Buffer): Readable & { receivedEncodedLength: number } {
  return Object.assign(Readable.from(body.byteLength === 0 ? [] : [body], { objectMode: false }), { receivedEncodedLength: body.byteLength });
}
