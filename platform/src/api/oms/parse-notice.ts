/** Table 5-45: who is told of the end of a task. */
import { smnLanguages, smnTriggers } from '@haulier/wire/oms/task-enums.ts';
import type { NoticeOrder } from '../../object-migration/notices/notice.ts';
import { brokenRule, fieldRules } from './errors.ts';
import { checkedChoice, type Fields } from './fields.ts';

/** Undefined when there is no smn_config. */
export function parseNotice(fields: Fields): NoticeOrder | undefined {
  const smn = fields.object('smn_config');
  if (smn === undefined) return undefined;
  const language = smn.choice('language', smnLanguages) ?? 'en-us';
  const topicUrn = smn.requiredText('topic_urn', { max: 1024 });
  const triggers = parseTriggers(smn);
  const template = smn.filledText('message_template_name', { max: 1024 });
  return { topicUrn, language, onSuccess: triggers.has('SUCCESS'), onFailure: triggers.has('FAILURE'), template };
}

function parseTriggers(smn: Fields): ReadonlySet<(typeof smnTriggers)[number]> {
  const triggers = smn.requiredList('trigger_conditions');
  const path = smn.path('trigger_conditions');
  if (triggers.length < 1 || triggers.length > 2) throw brokenRule(fieldRules.constraint, path);
  return new Set(triggers.map((trigger, index) => checkedChoice(trigger, `${path}[${index}]`, smnTriggers, fieldRules.constraint)));
}
