/** Hosts whose first label says that they are those of server migration. */
export const smsHost = /^sms\./;

const otherService = /^(?:oms|iam|evs|volume)\./;

/** What every service has a path for (`/`, `/{version}`) is not among these. */
const smsPath = /^\/v3\/(?:(?:sources|tasks|vm\/templates|migprojects|errors|config|privacy-agreements)(?:\/|$)|[^/]+\/update-network-check-info\/?$)/;

/** On a host that all services share, only what no other service has. @param path without query */
export function isSms(host: string, path: string): boolean {
  return smsHost.test(host) || (!otherService.test(host) && smsPath.test(path));
}
