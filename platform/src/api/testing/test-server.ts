import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { FirstAccount } from '../../identity/accounts.ts';
import { createIdentity, type Identity } from '../../identity/identity.ts';
import { createMemoryIdentityStore, openBox } from '../../identity/testing/memory-identity-store.ts';
import { iamSurface } from '../iam/surface.ts';
import { createMetrics } from '../ops/metrics.ts';
import { buildServer } from '../server.ts';
import type { ReadinessCheck } from '../ops/health.ts';

export interface TestServer {
  readonly app: FastifyInstance;
  readonly identity: Identity;
  readonly account: FirstAccount;
  /** The server's clock, in milliseconds since the epoch; set it to travel. */
  now: number;
  /** The lines it logged. */
  readonly log: string[];
}

/** The real server and the real identity over a store in memory; nothing listens. */
export async function createTestServer(readiness: readonly ReadinessCheck[] = []): Promise<TestServer> {
  const log: string[] = [];
  const clock = { now: Date.UTC(2026, 3, 16, 9, 53, 41) };
  const now = (): number => clock.now;
  const identity = createIdentity({ store: createMemoryIdentityStore(), box: openBox, random: randomBytes, now, tokenLifetimeMs: 24 * 3_600_000 });
  const account = await identity.accounts.initialise({ domain: 'acme', project: 'cn-north-1', user: 'root', password: undefined });
  const metrics = createMetrics();
  metrics.watch({ queueDepth: () => Promise.resolve(7), storeConcurrency: () => [{ endpoint: 'https://h', direction: 'reads', limit: 32, underWay: 5 }], syncBacklog: () => Promise.resolve({ events: 3, oldestMs: 1500 }), volumeBacklog: () => Promise.resolve({ jobs: 2, oldestMs: 2500 }) });
  const app = await buildServer({
    logger: pino({ level: 'trace' }, { write: (line) => { log.push(line); } }),
    tls: undefined,
    proxies: ['10.0.0.0/8'],
    version: '0.0.0',
    newRequestId: () => randomBytes(16).toString('hex'),
    metrics,
    readiness,
    surfaces: [iamSurface({ ...identity, now })],
  });
  return { app, identity, account, log, get now() { return clock.now; }, set now(value) { clock.now = value; } };
}
