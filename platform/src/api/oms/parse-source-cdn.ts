/** Table 5-44: the CDN that a source's objects are read through; sync tasks and task groups take the same (tables 5-86 and 5-137). */
import { cdnAuthenticationTypes, cdnProtocols } from '@haulier/wire/oms/task-enums.ts';
import type { Cdn, CdnAccess, CdnAuthentication } from '../../object-store/cdn.ts';
import { cdnAuthentications } from './enums.ts';
import { brokenRule, refusedByName, taskRules } from './errors.ts';
import type { Fields } from './fields.ts';
import { refuseEncryptedKeys } from './parse-credentials.ts';

/** Types that need no key of their own: nobody's, or the source's access key. */
const keyless: ReadonlySet<CdnAuthentication> = new Set(['none', 'qiniu', 'kingsoft']);
const keyLength = { max: 255 } as const;

/** @param fields of the whole request; undefined when it has no source_cdn. */
export function parseSourceCdn(fields: Fields): CdnAccess | undefined {
  const cdn = fields.object('source_cdn');
  if (cdn === undefined) return undefined;
  const key = cdn.filledText('authentication_key', keyLength);
  const authentication = cdnAuthentications[cdn.requiredChoice('authentication_type', cdnAuthenticationTypes)];
  const used = neededKey(authentication, key, cdn.path('authentication_key'));
  const domain = parseDomain(cdn);
  const protocol = cdn.requiredChoice('protocol', cdnProtocols);
  refuseEncryptedKeys(cdn, '');
  return { cdn: { protocol, domain, authentication }, key: used };
}

/** The key that comes with a start (table 5-54); refused by name where the source has no CDN and it would do nothing. */
export function parseCdnKey(fields: Fields, cdn: Cdn | undefined): string | undefined {
  const name = 'source_cdn_authentication_key';
  const key = fields.filledText(name, keyLength);
  if (cdn !== undefined) return neededKey(cdn.authentication, key, fields.path(name));
  if (key !== undefined) throw refusedByName(fields.path(name));
  return undefined;
}

/** One that is not needed is dropped rather than kept. */
function neededKey(authentication: CdnAuthentication, key: string | undefined, path: string): string | undefined {
  if (keyless.has(authentication)) return undefined;
  if (key === undefined) throw brokenRule(taskRules.cdnKeyMissing, path);
  return key;
}

/** A host name, with or without a port: what would make another address of the URL is no domain. */
function parseDomain(cdn: Fields): string {
  const domain = cdn.requiredText('domain', { max: 1024 }, taskRules.cdnDomain);
  const valid = /^[^\s\0-\x1f\\@/?#%:[\]]+(:\d{1,5})?$/u.test(domain) && URL.canParse(`http://${domain}`);
  if (!valid) throw brokenRule(taskRules.cdnDomain, cdn.path('domain'));
  return domain;
}
