/** Table 5-134: the destination of a new task group. */
import type { Selection } from '../../engine/plan.ts';
import type { Fields } from './fields.ts';
import { destinationCredentials, refuseEncryptedKeys } from './parse-credentials.ts';
import { parseSavePrefix, type ParsedDestination } from './parse-destination.ts';
import { bucketName } from './parse-source.ts';

/** The documents' own cloud; which store it is, its region says. */
const destinationClouds = ['HEC'] as const;

export function parseGroupDestination(fields: Fields, selection: Selection): ParsedDestination {
  const credentials = destinationCredentials(fields, '');
  const region = fields.requiredText('region', { max: 100 });
  const bucket = bucketName(fields, 'bucket');
  fields.filledChoice('cloud_type', destinationClouds);
  const savePrefix = parseSavePrefix(fields, selection);
  refuseEncryptedKeys(fields, '');
  return { node: { region, bucket, savePrefix }, credentials };
}
