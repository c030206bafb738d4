/** Table 5-72: names of objects to look at again. */
import { maxKeyCharacters } from '@haulier/wire/oms/create-task.ts';
import { maxEncodedKeyCharacters, maxEventKeys } from '@haulier/wire/oms/sync-tasks.ts';
import { brokenRule, fieldRules } from './errors.ts';
import { checkedText } from './fields.ts';
import { requestFields } from './parse-create.ts';

/** The names as they are, decoded; more than ten are refused whole. */
export function parseSyncEvents(body: unknown): readonly string[] {
  const names = requestFields(body).requiredList('object_keys');
  if (names.length < 1 || names.length > maxEventKeys) throw brokenRule(fieldRules.constraint, 'object_keys');
  return names.map((name, index) => parseName(name, `object_keys[${index}]`));
}

/** A plus stays a plus, as the example `test+001.txt` has it. */
function parseName(value: unknown, path: string): string {
  const encoded = checkedText(value, path, { min: 1, max: maxEncodedKeyCharacters }, fieldRules.constraint);
  return checkedText(decoded(encoded, path), path, { min: 1, max: maxKeyCharacters }, fieldRules.constraint);
}

function decoded(text: string, path: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw brokenRule(fieldRules.constraint, path);
  }
}
