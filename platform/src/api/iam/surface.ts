import type { AuthenticationDeps } from '../auth/authenticate.ts';
import type { ApiSurface } from '../surface.ts';
import { bodyOf, faultOfProblem } from './errors.ts';
import { iamRoutes } from './routes.ts';
import { iamHost } from './version-routes.ts';

/** IAM as one of the APIs of the server: its own host name, and everything under /v3, /v3.0 and /image on a shared one. */
export function iamSurface(deps: AuthenticationDeps): ApiSurface {
  return {
    name: 'iam',
    routes: iamRoutes(deps),
    claims: (host, path) => iamHost.test(host) || /^\/(v3(\.0)?|image)(\/|$)/.test(path),
    answer(problem, path) {
      const fault = faultOfProblem(problem);
      return { status: fault.status, body: bodyOf(fault, path) };
    },
  };
}
