/** Documented options that do not act yet: their own rules first, then they are refused by name. */
import { cdnAuthenticationTypes, cdnProtocols, smnLanguages, smnTriggers } from '@haulier/wire/oms/task-enums.ts';
import { brokenRule, fieldRules, refusedByName, taskRules } from './errors.ts';
import { checkedChoice, type Fields } from './fields.ts';
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

/** Table 5-45. */
export function refuseNotifications(fields: Fields): void {
  const smn = fields.object('smn_config');
  if (smn === undefined) return;
  smn.choice('language', smnLanguages);
  smn.requiredText('topic_urn', { max: 1024 });
  const triggers = smn.requiredList('trigger_conditions');
  const path = smn.path('trigger_conditions');
  if (triggers.length < 1 || triggers.length > 2) throw brokenRule(fieldRules.constraint, path);
  triggers.forEach((trigger, index) => checkedChoice(trigger, `${path}[${index}]`, smnTriggers, fieldRules.constraint));
  smn.text('message_template_name', { max: Infinity });
  throw refusedByName(fields.path('smn_config'));
}
