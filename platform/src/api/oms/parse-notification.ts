/** Bucket notifications as S3-compatible stores push them: one JSON object with `Records`. */
import type { BucketEvent } from '../../object-migration/sync/sync-task.ts';
import { brokenRule, fieldRules } from './errors.ts';
import { checkedText, Fields } from './fields.ts';

/** How keys are written. */
export type KeyForm = 'raw' | 'url-encoded';

/**
 * What has changed, in the order told. Events of reading, and of what is no object's content, are left out: our own reading
 * would tell of itself for ever.
 *
 * AWS and those who copy it write keys URL-encoded with a plus for a blank (S3 User Guide, "Event message structure"); Ceph
 * writes them as they are. `eventSource` says who it is, unless `form` does.
 */
export function parseNotification(body: unknown, form: KeyForm | undefined): readonly BucketEvent[] {
  const fields = new Fields(body ?? null, '', fieldRules.constraint);
  if (isTestEvent(fields)) return [];
  return fields.requiredList('Records').flatMap((value, index) => {
    const record = new Fields(value, `Records[${index}]`, fieldRules.constraint);
    const name = record.requiredText('eventName', { max: 256 });
    return tellsOfChange(name) ? [eventOf(record, form)] : [];
  });
}

/** S3 sends it when notifications are set up. */
function isTestEvent(fields: Fields): boolean {
  return fields.list('Records') === undefined && fields.isFilled('Event');
}

/** `s3:ObjectCreated:Put` is how MinIO writes what AWS calls `ObjectCreated:Put`. */
function tellsOfChange(eventName: string): boolean {
  return /^(?:s3:)?(?:ObjectCreated|ObjectRemoved|ObjectSynced|ObjectLifecycle|LifecycleExpiration|ObjectRestore:Completed)(?::|$)/.test(eventName);
}

function eventOf(record: Fields, form: KeyForm | undefined): BucketEvent {
  const s3 = record.requiredObject('s3', fieldRules.constraint);
  const bucket = s3.requiredObject('bucket', fieldRules.constraint).requiredText('name', { max: 1024 });
  const object = s3.requiredObject('object', fieldRules.constraint);
  const written = object.requiredText('key', { max: longestWritten });
  const source = record.text('eventSource', { max: 256 });
  const key = (form ?? (source === 'ceph:s3' ? 'raw' : 'url-encoded')) === 'raw' ? written : decoded(written);
  return { bucket, key: checkedText(key, object.path('key'), { min: 1, max: longestKey }, fieldRules.constraint) };
}

const longestKey = 4096;
const longestWritten = 12 * longestKey;

/** What is no URL encoding is a key as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** `?keys=raw` or `?keys=url-encoded`, for a store that says one thing and does the other. */
export function parseKeyForm(query: Readonly<Record<string, unknown>>): KeyForm | undefined {
  const form = query['keys'];
  if (form === undefined || form === 'raw' || form === 'url-encoded') return form;
  throw brokenRule(fieldRules.constraint, 'keys');
}
