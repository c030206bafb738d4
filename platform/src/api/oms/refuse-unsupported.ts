/** Documented options that do not act yet: their own rules first, then they are refused by name. */
import { cdnAuthenticationTypes, cdnProtocols } from '@haulier/wire/oms/task-enums.ts';
import { brokenRule, refusedByName, taskRules } from './errors.ts';
import type { Fields } from './fields.ts';
import { refuseEncryptedKeys } from './parse-credentials.ts';

/** Authentication types that need no authentication_key, as table 5-44 tells. */
const keyless: readonly string[] = ['NONE', 'QINIU_PRIVATE_AUTHENTICATION', 'KSYUN_PRIVATE_AUTHENTICATION'];

/** Table 5-44. */
export function refuseSourceCdn(fields: Fields): void {
  const cdn = fields.object('source_cdn');
  if (cdn === undefined) return;
  const key = cdn.filledText('authentication_key', { max: 255 });
  const type = cdn.requiredChoice('authentication_type', cdnAuthenticationTypes);
  if (key === undefined && !keyless.includes(type)) throw brokenRule(taskRules.cdnKeyMissing, cdn.path('authentication_key'));
  cdn.requiredText('domain', { max: 1024 }, taskRules.cdnDomain);
  cdn.requiredChoice('protocol', cdnProtocols);
  refuseEncryptedKeys(cdn, '');
  throw refusedByName(fields.path('source_cdn'));
}
