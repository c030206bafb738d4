/**
 * A store that speaks one cloud's own API, with a real one behind it.
 *
 * Each request's signature is checked as the vendor documents it; anything in Amazon's words is refused. Then its headers
 * are said in S3's words and Ceph answers. What Ceph has not, restores and CRC64s, is kept here.
 */
import { createServer, request as send, Agent, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { loadCrc64, type Crc64Engine } from '@haulier/lib/crc64/crc64.ts';
import type { Header } from '@haulier/platform/providers/s3/signer.ts';
import { SigV4Signer } from '@haulier/platform/providers/s3/sigv4.ts';
import type { Rgw, RgwUser } from '../../stores/rgw.ts';
import type { NativeProtocol } from './protocols.ts';
import type { SignedRequest } from './signatures.ts';

export interface NativeGateway {
  readonly port: number;
  /** The Authorization-free headers of every request that was accepted. */
  readonly seen: readonly SignedRequest[];
  /** All restores that were asked for are done. */
  finishRestores(): void;
  close(): Promise<void>;
}

/** Serves `<bucket>.<host>` for any bucket. With `token`, only requests that carry these temporary credentials. */
export async function startGateway(protocol: NativeProtocol, host: string, rgw: Rgw, token?: string): Promise<NativeGateway> {
  const gateway = new Gateway(protocol, host, rgw, await loadCrc64(), token);
  const server = createServer((request, response) => void gateway.serve(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the gateway has no port');
  return {
    port: address.port,
    seen: gateway.seen,
    finishRestores: () => gateway.finishRestores(),
    async close() {
      server.closeAllConnections();
      gateway.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

class Gateway {
  readonly seen: SignedRequest[] = [];
  readonly #protocol: NativeProtocol;
  readonly #host: string;
  readonly #behind: URL;
  readonly #user: RgwUser;
  readonly #token: string | undefined;
  readonly #crc64: Crc64Engine;
  readonly #signer: SigV4Signer;
  readonly #agent = new Agent({ keepAlive: true });
  /** By `/bucket/key`, as it is in a path. */
  readonly #crcs = new Map<string, string>();
  readonly #restores = new Map<string, 'ongoing' | 'done'>();

  constructor(protocol: NativeProtocol, host: string, rgw: Rgw, crc64: Crc64Engine, token: string | undefined) {
    this.#protocol = protocol;
    this.#host = host;
    this.#behind = new URL(rgw.endpoint);
    this.#user = rgw.users[0];
    this.#token = token;
    this.#crc64 = crc64;
    this.#signer = new SigV4Signer(this.#user, 'default');
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const signed = this.#parse(request);
    const refusal = this.#refusal(signed);
    if (refusal !== undefined) { refuse(response, 403, refusal.code, refusal.message); return; }
    this.seen.push(signed);
    const place = `/${signed.bucket}${signed.path}`;
    if (signed.method === 'POST' && /^restore=?$/.test(signed.query)) return this.#restore(request, response, place);
    const answer = await this.#forward(request, signed);
    const headers = this.#answered(answer, signed, place);
    if (signed.method === 'GET' && this.#isArchived(headers, place)) {
      answer.resume();
      refuse(response, 403, 'InvalidObjectState', 'The operation is not valid for the object\'s state'); return;
    }
    response.writeHead(answer.statusCode ?? 500, headers);
    answer.pipe(response);
  }

  finishRestores(): void {
    for (const place of this.#restores.keys()) this.#restores.set(place, 'done');
  }

  close(): void {
    this.#agent.destroy();
  }

  #parse({ method = '', url = '', headers }: IncomingMessage): SignedRequest {
    const host = (headers.host ?? '').replace(/:\d+$/, '');
    if (!host.endsWith(`.${this.#host}`)) throw new Error(`asked for ${host}`);
    const at = url.indexOf('?');
    const all = new Map(Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])));
    return { method, bucket: host.slice(0, -this.#host.length - 1), path: at < 0 ? url : url.slice(0, at), query: at < 0 ? '' : url.slice(at + 1), headers: all };
  }

  #refusal(signed: SignedRequest): { readonly code: string; readonly message: string } | undefined {
    const foreign = [...signed.headers.keys()].find((name) => name.startsWith('x-') && !name.startsWith(this.#protocol.prefix));
    if (foreign !== undefined) return { code: 'InvalidArgument', message: `${foreign} means nothing here` };
    if (signed.headers.get(`${this.#protocol.prefix}security-token`) !== this.#token) return { code: 'InvalidSecurityToken', message: 'another token' };
    const wrong = this.#protocol.check(signed, this.#user);
    return wrong === undefined ? undefined : { code: 'SignatureDoesNotMatch', message: wrong };
  }

  /** The object's class comes from behind; the state of its restore is ours. */
  async #restore(request: IncomingMessage, response: ServerResponse, place: string): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    if (!Object.values(this.#protocol.restoreBody).includes(body)) { refuse(response, 400, 'MalformedXML', body); return; }
    const state = this.#restores.get(place);
    if (state === 'ongoing') { refuse(response, 409, 'RestoreAlreadyInProgress', 'The restore operation is in progress.'); return; }
    if (state === undefined) this.#restores.set(place, 'ongoing');
    response.writeHead(state === undefined ? 202 : 200, { 'content-length': '0' }).end();
  }

  #isArchived(headers: Readonly<Record<string, string | string[]>>, place: string): boolean {
    const held = headers[`${this.#protocol.prefix}storage-class`];
    return typeof held === 'string' && this.#protocol.classes[held] === 'GLACIER' && this.#restores.get(place) !== 'done';
  }

  #forward(request: IncomingMessage, { method, bucket, path, query, headers }: SignedRequest): Promise<IncomingMessage> {
    const place = path === '/' ? `/${bucket}` : `/${bucket}${path}`;
    const said = [...headers].flatMap((header) => this.#inS3(header));
    const signed = this.#signer.sign({ method, host: this.#behind.host, path: place, query: canonical(query), headers: said, payload: 'UNSIGNED-PAYLOAD' }, Date.now());
    const lines = [...said.map(([name, value]) => `${name}: ${value}`), ...signed.trimEnd().split('\r\n')];
    const all = Object.fromEntries([['host', this.#behind.host], ...lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])]);
    const crc = method === 'PUT' ? this.#crc64.start() : undefined;
    request.on('data', (chunk: Buffer) => crc?.update(chunk));
    return new Promise((resolve, reject) => {
      const target = query === '' ? place : `${place}?${query}`;
      const upstream = send({ host: this.#behind.hostname, port: this.#behind.port, method, path: target, headers: all, agent: this.#agent }, (answer) => {
        if (method === 'PUT' && answer.statusCode === 200) this.#keepCrc(place, query, headers, String(crc?.value()));
        if (method === 'DELETE' || method === 'POST') this.#crcs.delete(place);
        resolve(answer);
      });
      upstream.on('error', reject);
      request.on('close', () => {
        if (!request.complete) upstream.destroy();
      });
      request.pipe(upstream);
    });
  }

  #keepCrc(place: string, query: string, headers: ReadonlyMap<string, string>, crc: string): void {
    const source = headers.get(`${this.#protocol.prefix}copy-source`);
    if (query.includes('partNumber=')) return;
    const known = source === undefined ? crc : this.#crcs.get(this.#protocol.copySource(source));
    if (known !== undefined) this.#crcs.set(place, known);
  }

  #inS3([name, value]: Header): Header[] {
    const { prefix, replace, classes, copySource } = this.#protocol;
    if (['host', 'authorization', 'date', 'connection'].includes(name)) return [];
    if (!name.startsWith(prefix)) return [[name, value]];
    const own = name.slice(prefix.length);
    switch (own) {
      case 'content-sha256': case 'date': case 'security-token': return [];
      case 'storage-class': return [['x-amz-storage-class', classes[value] ?? value]];
      case 'copy-source': return [['x-amz-copy-source', copySource(value)]];
      case 'copy-source-if-match': return [['x-amz-copy-source-if-match', value], ['x-amz-copy-if-match', value]];
      case 'metadata-directive': return [['x-amz-metadata-directive', value === replace ? 'REPLACE' : value]];
      default: return [[`x-amz-${own}`, value]];
    }
  }

  #answered({ headers, statusCode }: IncomingMessage, { method, path, query }: SignedRequest, place: string): Record<string, string | string[]> {
    const { prefix, classes, crc64Header } = this.#protocol;
    const said = inWords(headers, prefix);
    const held = said[`${prefix}storage-class`];
    const own = Object.entries(classes).find(([, behind]) => behind === held)?.[0];
    if (own !== undefined) said[`${prefix}storage-class`] = own;
    const crc = this.#crcs.get(place);
    if (crc !== undefined && path !== '/' && query === '' && method !== 'DELETE' && statusCode !== undefined && statusCode < 300) said[crc64Header] = crc;
    const restore = this.#restores.get(place);
    if (restore !== undefined && own !== undefined) said[`${prefix}restore`] = restore === 'ongoing' ? 'ongoing-request="true"' : 'ongoing-request="false", expiry-date="Thu, 01 Dec 2044 16:00:00 GMT"';
    return said;
  }
}

function inWords(headers: IncomingHttpHeaders, prefix: string): Record<string, string | string[]> {
  const said: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && name !== 'connection' && name !== 'keep-alive') said[name.replace(/^x-amz-/, prefix)] = value;
  }
  return said;
}

/** As Amazon's signature wants it: every parameter with its `=`. */
function canonical(query: string): string {
  return query === '' ? '' : query.split('&').map((pair) => (pair.includes('=') ? pair : `${pair}=`)).join('&');
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${text}</Message></Error>`);
}
