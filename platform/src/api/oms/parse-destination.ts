/** Table 5-42: the destination of a new task. */
import { maxKeyCharacters } from '@haulier/wire/oms/create-task.ts';
import type { Selection } from '../../engine/plan.ts';
import type { DestinationNode, NodeCredentials } from '../../object-migration/task.ts';
import { brokenRule, taskRules } from './errors.ts';
import { characters, type Fields } from './fields.ts';
import { destinationCredentials, refuseEncryptedKeys } from './parse-credentials.ts';
import { bucketName } from './parse-source.ts';

export interface ParsedDestination {
  readonly node: DestinationNode;
  readonly credentials: NodeCredentials;
}

export function parseDestination(fields: Fields, selection: Selection): ParsedDestination {
  const credentials = destinationCredentials(fields, '');
  const bucket = bucketName(fields, 'bucket');
  const savePrefix = parseSavePrefix(fields, selection);
  const region = fields.requiredText('region', { max: 100 });
  refuseEncryptedKeys(fields, '');
  return { node: { region, bucket, savePrefix }, credentials };
}

/** The new key is save_prefix and object key together; keys in a list file are measured when they are read. */
export function parseSavePrefix(fields: Fields, selection: Selection): string {
  const savePrefix = fields.text('save_prefix', { max: maxKeyCharacters }) ?? '';
  if (savePrefix.startsWith('/')) throw brokenRule(taskRules.savePrefixStart, fields.path('save_prefix'));
  const room = maxKeyCharacters - characters(savePrefix);
  if (selectedKeys(selection).some((key) => characters(key) > room)) throw brokenRule(taskRules.destinationParameters, fields.path('save_prefix'));
  return savePrefix;
}

function selectedKeys(selection: Selection): readonly string[] {
  if (selection.kind === 'names') return selection.names;
  return selection.kind === 'prefixes' ? selection.prefixes : [];
}
