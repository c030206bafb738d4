import type { ApiSurface } from '../surface.ts';
import { cinderBody, cinderErrorOfProblem } from './cinder-errors.ts';
import { evsHost } from './discovery-routes.ts';
import { evsBody, evsErrorOfProblem } from './errors.ts';
import { evsRoutes, type EvsDeps } from './routes.ts';

const own = /^\/(v(2\.1|5)\/[^/]+\/.|(v1\/[^/]+\/jobs|v2\/[^/]+\/(cloudvolumes|cloudsnapshots|os-volume-transfer|types|os-availability-zone|os-quota-sets)|v3\/[^/]+\/recycle-bin-volumes)(\/|$))/;
const cinder = /^\/(volume(\/|$)|v2\/[^/]+\/(volumes|snapshots)(\/|$)|v3\/[^/]+\/(volumes|snapshots|os-volume-transfer|volume-transfers|types|os-quota-sets|os-availability-zone|limits|backups|attachments|extensions)(\/|$))/;
const version3 = /^\/v3\/[^/]+\/./;

/** Disks as one of the APIs of the server: their own host names, and their own collections on a shared one. */
export function evsSurface(deps: EvsDeps): ApiSurface {
  return {
    name: 'evs',
    routes: evsRoutes(deps),
    claims: (host, path) => evsHost.test(host) || own.test(path) || cinder.test(path),
    answer(problem, path) {
      const inCinder = cinder.test(path) || (version3.test(path) && !own.test(path));
      const error = inCinder ? cinderErrorOfProblem(problem) : evsErrorOfProblem(problem);
      return { status: error.status, body: inCinder ? cinderBody(error) : evsBody(error) };
    },
  };
}
