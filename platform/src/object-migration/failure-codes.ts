/**
 * The documented reason (section 6.2, messages verbatim) of a task whose work cannot go on.
 *
 * The documents name far more causes than a store's failure tells; each kind takes the entry whose advice helps the
 * reader of that failure. What is said of single objects alone (`changed`, `archived`) ends no task by itself; where a store
 * says it of a whole listing, there is a problem with the store.
 */
import type { FailureKind } from '../object-store/failure.ts';
import type { ErrorReason } from './task.ts';

export type FailureSide = 'source' | 'destination' | 'list-file';

/** `error_msg` by `error_code`, as section 6.2 spells them. */
export const taskErrorMessages = {
  'TRF.0001': 'System error. Click Restart to restart the migration task.',
  'TRF.0004': 'Some objects failed to be migrated.',
  'TRF.0012': 'Failed to verify the task parameters. Ensure that there are objects for the selected migration method.',
  'TRF.0013': 'The object list file does not exist or cannot be obtained. Ensure that the object list file exists, and the current AK and SK have read and write permissions for the file.',
  'TRF.0014': 'Invalid object list file. Ensure the object list file is a .txt file, and is no larger than 100 MB.',
  'TRF.0017': 'No URL found in the specified list file. Check the list file.',
  'TRF.0018': 'Failed to verify the task parameters. Ensure that the length of each line in the object list file does not exceed 65,535 characters.',
  'TRF.0019': 'Failed to verify the task parameters. Ensure that contentType in the metadata of the object list file is set to text/plain and contentEncoding is not set.',
  'TRF.0020': 'In the target OBS bucket, data failed to be written to the path for recording the migration progress.',
  'TRF.0023': 'The object list file cannot be read. Please manually restore it and restart the task.',
  'TRF.0031': 'Failed to list objects. Please check whether the source bucket contains objects containing special characters and the source account has the list Object permission.',
  'TRF.0051': 'The account corresponding to the entered AK/SK does not have the permissions to access the destination bucket or objects. Ensure that the account has the required permissions and try again.',
  'TRF.0055': 'The destination OBS bucket does not have enough space. Ensure that the destination bucket has enough space and try again.',
  'TRF.0057': 'Invalid AK or SK. Enter the correct AK and SK and try again.',
  'TRF.0058': 'The destination OBS bucket does not exist (do not modify permissions to access the destination bucket or objects during the migration). Ensure that the destination bucket name is correct and try again.',
  'TRF.0059': 'The destination objects do not exist (do not modify permissions to access the destination bucket or objects during the migration). Ensure that the names of the destination bucket and objects are correct and try again.',
  'TRF.0060': 'The path for storing the migrated objects is too long. Change the object names or the path for storing them.',
  'TRF.0061': 'There is a problem with the destination object storage service. Try again later or contact technical support.',
  'TRF.0064': 'The migration task is completed, but the object data in the destination bucket is unencrypted.',
  'TRF.0151': 'The source AK/SK is invalid. Enter the correct AK and SK and try again.',
  'TRF.0152': 'The account corresponding to the entered AK/SK does not have the permissions to access the source bucket or objects. Ensure that the account has the required permissions and try again.',
  'TRF.0155': 'The source bucket does not exist (do not modify permissions to access the source bucket or objects during the migration). Ensure that the source bucket name is correct and try again.',
  'TRF.0157': 'There is a problem with the source object storage service. Try again later or contact technical support.',
  'TRF.0159': 'The task failed because the frequency of access to the source object storage exceeded the allowed limit. For details, see the returned error message or contact technical support.',
} as const;

export type TaskErrorCode = keyof typeof taskErrorMessages;

const codes: Readonly<Record<FailureSide, Readonly<Record<FailureKind, TaskErrorCode>>>> = {
  source: {
    absent: 'TRF.0155',
    'no-bucket': 'TRF.0155',
    denied: 'TRF.0152',
    'bad-credentials': 'TRF.0151',
    'expired-credentials': 'TRF.0151',
    throttled: 'TRF.0159',
    transient: 'TRF.0157',
    unreachable: 'TRF.0157',
    'server-away': 'TRF.0157',
    'no-server': 'TRF.0157',
    changed: 'TRF.0157',
    corrupt: 'TRF.0157',
    full: 'TRF.0157',
    archived: 'TRF.0157',
    'bad-key': 'TRF.0031',
    'wrong-region': 'TRF.0155',
    unsupported: 'TRF.0157',
    unencrypted: 'TRF.0157',
    protocol: 'TRF.0157',
  },
  destination: {
    absent: 'TRF.0059',
    'no-bucket': 'TRF.0058',
    denied: 'TRF.0051',
    'bad-credentials': 'TRF.0057',
    'expired-credentials': 'TRF.0057',
    throttled: 'TRF.0061',
    transient: 'TRF.0061',
    unreachable: 'TRF.0061',
    'server-away': 'TRF.0061',
    'no-server': 'TRF.0061',
    changed: 'TRF.0061',
    corrupt: 'TRF.0061',
    full: 'TRF.0055',
    archived: 'TRF.0061',
    'bad-key': 'TRF.0060',
    'wrong-region': 'TRF.0058',
    unsupported: 'TRF.0061',
    /** Nothing of it is in the bucket: what was not encrypted was removed again. TRF.0158 says the same among the codes of the source. */
    unencrypted: 'TRF.0064',
    protocol: 'TRF.0061',
  },
  'list-file': {
    absent: 'TRF.0013',
    'no-bucket': 'TRF.0013',
    denied: 'TRF.0013',
    'bad-credentials': 'TRF.0013',
    'expired-credentials': 'TRF.0057',
    throttled: 'TRF.0061',
    transient: 'TRF.0061',
    unreachable: 'TRF.0061',
    'server-away': 'TRF.0061',
    'no-server': 'TRF.0061',
    changed: 'TRF.0014',
    corrupt: 'TRF.0014',
    full: 'TRF.0061',
    archived: 'TRF.0023',
    /** A line too long to name anything; the file's own name was good enough when the task was created. */
    'bad-key': 'TRF.0018',
    'wrong-region': 'TRF.0013',
    unsupported: 'TRF.0014',
    unencrypted: 'TRF.0061',
    protocol: 'TRF.0061',
  },
};

export function taskError(code: TaskErrorCode): ErrorReason {
  return { code, message: taskErrorMessages[code] };
}

/** Why a task failed, or was paused by expired credentials. Carries nothing of the store's own message. */
export function failureReason(kind: FailureKind, side: FailureSide): ErrorReason {
  return taskError(codes[side][kind]);
}
