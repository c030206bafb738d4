import type { ApiSurface } from '../surface.ts';
import { bodyOf, ofProblem } from './errors.ts';
import { isSms } from './host.ts';
import { smsRoutes, type SmsDeps } from './routes.ts';

/** SMS as one of the APIs of the server: its own host name, and its own paths under /v3 on a shared one. */
export function smsSurface(deps: SmsDeps): ApiSurface {
  return {
    name: 'sms',
    routes: smsRoutes(deps),
    claims: isSms,
    answer(problem) {
      const error = ofProblem(problem);
      return { status: error.status, body: bodyOf(error) };
    },
  };
}
