import { headerLine, type HttpResponse } from '@haulier/lib/http/exchange.ts';
import { isFailure, StoreFailure, type FailureKind } from '../../object-store/failure.ts';
import type { AbsentServers, Standing } from './absent-servers.ts';
import type { OriginClients } from './origin-clients.ts';
import { redirected, type WebAddress } from './web-address.ts';
import { failureOfAnswer, failureOfExchange } from './web-failures.ts';

export type WebMethod = 'GET' | 'HEAD';

/** An answer, whatever its status unless that is a redirect. */
export interface WebAnswer {
  readonly response: HttpResponse;
  /** For messages: the method and where the answer came from. */
  readonly attempted: string;
  /** Where it came from, after redirects. */
  readonly from: WebAddress;
}

const MOST_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Content codings applied on the way would change the bytes. Servers refuse clients without a name. */
const ALWAYS = headerLine('accept', '*/*') + headerLine('accept-encoding', 'identity') + headerLine('user-agent', 'haulier');

/** Sends and follows redirects, anew with each request: what they lead to may be signed for a short time. */
export class WebRequests {
  readonly #clients: OriginClients;
  readonly #now: () => number;
  readonly #absent: AbsentServers | undefined;

  /** @param absent where many servers are asked, of which some may not be there. */
  constructor(clients: OriginClients, now: () => number, absent?: AbsentServers) {
    this.#clients = clients;
    this.#absent = absent;
    this.#now = now;
  }

  /**
   * Rejects with {@link StoreFailure} or with the aborted signal's reason.
   *
   * @param headers lines as `headerLine` makes them.
   */
  async send(method: WebMethod, to: WebAddress, headers: string, signal: AbortSignal): Promise<WebAnswer> {
    let address = to;
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#exchange(method, address, headers, signal);
      if (!REDIRECTS.has(answer.response.status)) return answer;
      answer.response.body.discard();
      const location = answer.response.header('location');
      if (location === undefined) throw new StoreFailure('protocol', `${answer.attempted}: a redirect to nowhere`);
      if (redirects === MOST_REDIRECTS) throw new StoreFailure('protocol', `${answer.attempted}: more than ${MOST_REDIRECTS} redirects`);
      address = redirected(address, location);
    }
  }

  /** Gives up the answer's body. */
  refusal({ response, attempted }: WebAnswer): StoreFailure {
    response.body.discard();
    return failureOfAnswer(response, attempted, this.#now());
  }

  async #exchange(method: WebMethod, from: WebAddress, headers: string, signal: AbortSignal): Promise<WebAnswer> {
    const { origin, target, shown } = from;
    const attempted = `${method} ${shown}`;
    const standing = this.#absent?.standing(origin);
    if (standing !== undefined) throw spared(standing, attempted);
    const begunAt = this.#now();
    try {
      const response = await this.#clients.of(origin).request({ method, path: target, headers: ALWAYS + headers }, signal);
      this.#absent?.answered(origin);
      return { response, attempted, from };
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureOfExchange(error, attempted);
      const found = this.#absent?.failed(origin, error, begunAt);
      if (found === undefined || !isFailure(failure)) throw failure;
      this.#clients.drop(origin);
      throw new StoreFailure(kindOf[found.kind], failure.message, { cause: error, ...waitOf(found) });
    }
  }
}

const kindOf: Readonly<Record<Standing['kind'], FailureKind>> = { wait: 'unreachable', away: 'server-away', absent: 'no-server' };

/** The failure of a request that is not sent. */
function spared(standing: Standing, attempted: string): StoreFailure {
  const since = standing.kind === 'absent' ? 'no connection has come about for a while' : 'no connection comes about';
  return new StoreFailure(kindOf[standing.kind], `${attempted}: ${since} (${standing.reason}); none is tried for this object`, waitOf(standing));
}

function waitOf(standing: Standing): { readonly retryAfterMs?: number } {
  return standing.kind === 'absent' ? {} : { retryAfterMs: standing.afterMs };
}
