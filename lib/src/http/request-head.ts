import type { HttpRequest } from './exchange.ts';

/** Everything before the body, with its final empty line. */
export function requestHead({ method, path, headers, body }: HttpRequest, host: string): string {
  const start = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${headers ?? ''}`;
  if (body !== undefined) return `${start}content-length: ${String(body instanceof Uint8Array ? body.byteLength : body.length)}\r\n\r\n`;
  return method === 'PUT' || method === 'POST' ? `${start}content-length: 0\r\n\r\n` : `${start}\r\n`;
}
