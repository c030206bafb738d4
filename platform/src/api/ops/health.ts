import type { FastifyPluginCallback } from 'fastify';

/** One thing that must hold before work is taken. */
export interface ReadinessCheck {
  readonly name: string;
  /** Rejects, or resolves to a sentence that says what is wrong; undefined when all is well. */
  readonly check: () => Promise<string | undefined>;
}

/** A check that hangs is a check that failed. */
const patienceMs = 3000;

/** `/healthz`: this process answers. `/readyz`: everything it needs answers too. Neither wants a token or tells a secret. */
export function healthRoutes(checks: readonly ReadinessCheck[]): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get('/healthz', { logLevel: 'warn', schema: { tags: ['Operations'], summary: 'Whether the process answers', security: [] } }, (_request, reply) => reply.send({ status: 'ok' }));
    app.get('/readyz', { logLevel: 'warn', schema: { tags: ['Operations'], summary: 'Whether the server can work', security: [] } }, async (request, reply) => {
      const results = await Promise.all(checks.map(async (check) => [check.name, await run(check, (error) => request.log.warn({ err: error, check: check.name }, 'not ready'))] as const));
      const ready = results.every(([, state]) => state === 'ok');
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', checks: Object.fromEntries(results) });
    });
    done();
  };
}

async function run({ check }: ReadinessCheck, report: (error: unknown) => void): Promise<string> {
  const timeout = Promise.withResolvers<string>();
  const timer = setTimeout(() => timeout.resolve('no answer in time'), patienceMs);
  try {
    return await Promise.race([check(), timeout.promise]) ?? 'ok';
  } catch (error) {
    report(error);
    return 'failed';
  } finally {
    clearTimeout(timer);
  }
}
