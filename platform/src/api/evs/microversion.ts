/** `OpenStack-API-Version: volume 3.55`, as Cinder reads and answers it. */
import type { onRequestHookHandler } from 'fastify';
import { RequestFault } from './faults.ts';

export const leastVersion = '3.0';
/**
 * All that the versions up to this one change about what is served here holds, but for the ETags of metadata (3.15): a request
 * that relies on one is refused. Transfers with or without snapshots (3.55) are the last. What a version only adds is there in
 * every version.
 */
export const mostVersion = '3.55';
const mostMinor = 55;

const header = 'OpenStack-API-Version';

/** Answers with the version that the request was read in; 406 for one that is not ours. */
export const negotiateVersion: onRequestHookHandler = (request, reply, done) => {
  reply.header('vary', header);
  const asked = askedVersion(request.headers['openstack-api-version']);
  const problem = asked === undefined ? undefined : problemOf(asked);
  if (problem !== undefined) {
    done(problem);
    return;
  }
  reply.header(header, `volume ${asked === undefined ? leastVersion : asked === 'latest' ? mostVersion : asked}`);
  done();
};

/** One header may name the versions of several services. */
function askedVersion(value: string | string[] | undefined): string | undefined {
  for (const each of [value ?? []].flat().join(',').split(',')) {
    const [service, version] = each.trim().split(/\s+/);
    if (service?.toLowerCase() === 'volume' && version !== undefined) return version;
  }
  return undefined;
}

function problemOf(version: string): RequestFault | undefined {
  if (version === 'latest') return undefined;
  const [, major, minor] = /^([1-9]\d{0,3})\.(0|[1-9]\d{0,5})$/.exec(version) ?? [];
  if (major === undefined || minor === undefined) {
    return new RequestFault({ kind: 'bad-version', sentence: `The version in ${header} has to be a number as 3.0, or latest.` });
  }
  if (Number(major) === 3 && Number(minor) <= mostMinor) return undefined;
  return new RequestFault({ kind: 'other-version', sentence: `Version ${version} is not supported by the API. Minimum is ${leastVersion} and maximum is ${mostVersion}.` });
}
