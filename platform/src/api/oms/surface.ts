import type { ApiSurface } from '../surface.ts';
import { errorOfProblem } from './errors.ts';
import { omsRoutes, type OmsDeps } from './routes.ts';

/** OMS as one of the APIs of the server: its own host name, and everything under /v2 on a shared one. */
export function omsSurface(deps: OmsDeps): ApiSurface {
  return {
    name: 'oms',
    routes: omsRoutes(deps),
    claims: (host, path) => host.startsWith('oms.') || path === '/v2' || path.startsWith('/v2/'),
    answer: (problem) => {
      const { status, code, message } = errorOfProblem(problem);
      return { status, body: { error_msg: message, error_code: code } };
    },
  };
}
