import { HttpClient, type HttpClientOptions } from '@haulier/lib/http/http-client.ts';

/** A list of URLs may name any number of servers; a client holds connections and buffers. */
const MOST_CLIENTS = 16;

/** One client an origin, for as many origins as were used last. */
export class OriginClients {
  readonly #options: Omit<HttpClientOptions, 'origin'>;
  /** The least recently used first. */
  readonly #clients = new Map<string, HttpClient>();

  constructor(options: Omit<HttpClientOptions, 'origin'>) {
    this.#options = options;
  }

  /** For one request, to be sent at once: the next call may close the client, which lets exchanges under way finish. */
  of(origin: string): HttpClient {
    const client = this.#clients.get(origin) ?? new HttpClient({ ...this.#options, origin });
    this.#clients.delete(origin);
    this.#clients.set(origin, client);
    for (const [oldest, unused] of this.#clients) {
      if (this.#clients.size <= MOST_CLIENTS) break;
      this.#clients.delete(oldest);
      unused.close();
    }
    return client;
  }

  /** Makes room: there is no connection to keep. */
  drop(origin: string): void {
    this.#clients.get(origin)?.close();
    this.#clients.delete(origin);
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }
}
