/**
 * Requests as fast as a server answers them, or at a given pace. Bytes are written and read on plain sockets, since a client of the
 * usual kind needs as much CPU for a request as the server does.
 */
import { connect, type Socket } from 'node:net';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Target {
  readonly url: string;
  readonly token: string;
}

/** One connection with one request at a time under way. */
export interface Line {
  ask(request: Request): Promise<Answer>;
  close(): void;
}

export async function openLine({ url, token }: Target): Promise<Line> {
  const { hostname, port, host } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const answers = answersOf(socket);
  return {
    close: () => socket.destroy(),
    ask({ method, path, body }) {
      const text = body === undefined ? '' : JSON.stringify(body);
      const entity = body === undefined ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n`;
      const answer = answers.next();
      socket.write(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nX-Auth-Token: ${token}\r\n${entity}\r\n${text}`);
      return answer;
    },
  };
}

/** What arrives on a socket, an answer at a time. All of this server's answers have a Content-Length. */
function answersOf(socket: Socket): { next(): Promise<Answer> } {
  let text = '';
  let waiting: { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void } | undefined;
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
    const head = text.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
    if (text.length < head + 4 + length) return;
    const answer = { status: Number(text.slice(9, 12)), body: text.slice(head + 4, head + 4 + length) };
    text = '';
    waiting?.resolve(answer);
  });
  const broken = (error?: Error): void => waiting?.reject(error ?? new Error('the connection ended'));
  socket.on('error', broken).on('close', () => broken());
  return { next: () => new Promise((resolve, reject) => { waiting = { resolve, reject }; }) };
}

export interface Figures {
  readonly requests: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** The `index`-th request of the load. */
export type RequestAt = (index: number) => Request;

/** As fast as the lines get answers, until the time is up. */
export function saturate(lines: readonly Line[], requestAt: RequestAt, seconds: number): Promise<Figures> {
  const until = performance.now() + seconds * 1000;
  return asFast(lines, requestAt, () => performance.now() < until);
}

/** As fast as the lines get answers, so many requests. */
export function once(lines: readonly Line[], requestAt: RequestAt, count: number): Promise<Figures> {
  return asFast(lines, requestAt, (next) => next < count);
}

async function asFast(lines: readonly Line[], requestAt: RequestAt, goesOn: (next: number) => boolean): Promise<Figures> {
  const times: number[] = [];
  const began = performance.now();
  let next = 0;
  await Promise.all(lines.map(async (line) => {
    while (goesOn(next)) times.push(await timed(line, requestAt(next++), performance.now()));
  }));
  return figuresOf(times, performance.now() - began);
}

/** Every line has its turn once in `intervalMs`, evenly spread. A request that waits for its line's last one counts from when it was due. */
export async function pace(lines: readonly Line[], requestAt: (line: number, turn: number) => Request, intervalMs: number, turns: number): Promise<Figures> {
  const times: number[] = [];
  const began = performance.now();
  await Promise.all(lines.map(async (line, index) => {
    for (let turn = 0; turn < turns; turn += 1) {
      const due = began + intervalMs * (turn + index / lines.length);
      await until(due);
      times.push(await timed(line, requestAt(index, turn), due));
    }
  }));
  return figuresOf(times, performance.now() - began);
}

async function timed(line: Line, request: Request, since: number): Promise<number> {
  const { status, body } = await line.ask(request);
  if (status !== 200) throw new Error(`${request.method} ${request.path} was answered with ${status}: ${body}`);
  return performance.now() - since;
}

function until(due: number): Promise<void> {
  const wait = due - performance.now();
  return wait <= 0 ? Promise.resolve() : new Promise((resolve) => { setTimeout(resolve, wait); });
}

function figuresOf(times: readonly number[], tookMs: number): Figures {
  const sorted = Float64Array.from(times).sort();
  const share = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
  return { requests: times.length, perSecond: times.length / (tookMs / 1000), p50: share(0.5), p99: share(0.99), max: sorted.at(-1) ?? NaN };
}
