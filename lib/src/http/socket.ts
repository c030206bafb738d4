import { connect as connectPlain, isIP, type OnReadOpts, type Socket, type SocketConstructorOpts } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type SecureContext } from 'node:tls';

/** Where a client connects to. */
export interface Origin {
  readonly secure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string;
  readonly port: number;
  /** The Host header: name and, unless it is the scheme's own, port. */
  readonly host: string;
}

export interface SecureOptions {
  readonly context: SecureContext;
  /** The session of an earlier connection; a resumed handshake needs no certificate check and a fraction of the time. */
  readonly session: Buffer | undefined;
}

/** `https://name[:port]` or `http://…`, without path, credentials or query. Throws a TypeError for anything else. */
export function parseOrigin(text: string): Origin {
  const url = new URL(text);
  const secure = url.protocol === 'https:';
  const bare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (!bare || (!secure && url.protocol !== 'http:')) throw new TypeError(`not an http(s) origin: ${text}`);
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return { secure, hostname: url.hostname.replace(/^\[|\]$/g, ''), port, host: url.host };
}

/** Starts to connect to `address`, a name or an IP address; `onread` receives every byte without a stream in between. */
export function openSocket(origin: Origin, address: string, secure: SecureOptions | undefined, onread: OnReadOpts): Socket {
  const plain = { host: address, port: origin.port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000, onread };
  if (secure === undefined) return connectPlain(plain);
  const options: ConnectionOptions & Pick<SocketConstructorOpts, 'onread'> = {
    ...plain,
    secureContext: secure.context,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(origin.hostname) === 0 ? { servername: origin.hostname } : {}),
    ...(secure.session === undefined ? {} : { session: secure.session }),
  };
  return connectTls(options);
}

/** Names below `localhost` are this machine (RFC 6761, section 6.3), though few resolvers say so. */
export function addressOf(hostname: string): string {
  return hostname.endsWith('.localhost') ? '127.0.0.1' : hostname;
}
