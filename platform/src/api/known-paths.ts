import type { FastifyInstance } from 'fastify';

/** Which methods the path has; empty when it has no route. */
export type MethodsOf = (path: string) => readonly string[];

/**
 * Remembers every route that is registered from now on. Fastify answers a known path with an unknown method as not
 * found; the documents want 405 for it.
 */
export function watchRoutes(app: FastifyInstance): MethodsOf {
  const routes: { readonly pattern: RegExp; readonly method: string }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    const pattern = new RegExp(`^${url.split('/').map(segmentPattern).join('/')}/?$`);
    for (const each of [method].flat()) routes.push({ pattern, method: each });
  });
  return (path) => [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
}

function segmentPattern(segment: string): string {
  return segment.startsWith(':') ? '[^/]+' : segment.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
