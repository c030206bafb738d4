/**
 * Which documented code each refusal and each broken rule answers with. Status and message come from the catalogue.
 *
 * Where a page of section 5.2 documents another status than section 6.2, the page wins (`notFoundStatus`); faults of
 * HTTP itself (404, 405, 413, 415, 429, 5xx) have the status of section 6.1.
 */
import { MigrationRefusal, type GroupAction, type Refusal, type TaskState } from '../../object-migration/task.ts';
import type { FailureKind } from '../../object-store/failure.ts';
import { ApiError } from '../http-errors.ts';
import { problemOf, type HttpProblem } from '../http-problem.ts';
import { documented, type DocumentedCode } from './error-catalogue.ts';

/** Rules of the field tables that hold for any field. */
export const fieldRules = {
  missing: 'OMS.1004',
  wrongType: 'OMS.1002',
  /** A length, range or enumeration, where the field has no code of its own. */
  constraint: 'OMS.1003',
  /** A documented option that does not act here, or a character that nothing can store: named in the message. */
  refusedByName: 'S3M.1003',
} as const satisfies Record<string, DocumentedCode>;

/** Rules that have a code of their own. */
export const taskRules = {
  sourceParameters: 'OMS.0057',
  destinationParameters: 'OMS.0058',
  descriptionCharacters: 'OMS.0078',
  selectionMatchesTaskType: 'S3M.0088',
  cloudTypeMatchesTaskType: 'S3M.0095',
  savePrefixStart: 'S3M.0092',
  overwriteMode: 'S3M.0093',
  tooManyBandwidthRules: 'OMS.0083',
  bandwidthRange: 'OMS.0084',
  bandwidthOverlap: 'OMS.0085',
  bandwidthTime: 'OMS.0087',
  cdnDomain: 'OMS.0081',
  cdnKeyMissing: 'OMS.1032',
  taskId: 'OMS.0054',
  listRange: 'OMS.0051',
  listStatus: 'OMS.0052',
  listFilter: 'OMS.0053',
  groupStatus: 'S3M.1035',
  version: 'S3M.0256',
  project: 'OMS.2001',
  readOnly: 'OMS.0205',
} as const satisfies Record<string, DocumentedCode>;

/** The error of a rule that the request breaks at `parameter`. */
export function brokenRule(code: DocumentedCode, parameter?: string): ApiError {
  const { status, message } = documented(code);
  return new ApiError({ status, code, message, ...(parameter === undefined ? {} : { parameter }) });
}

/** The error that names what it refuses. */
export function refusedByName(parameter: string): ApiError {
  const { status, message } = documented(fieldRules.refusedByName);
  return new ApiError({ status, code: fieldRules.refusedByName, message: message.replace('{0}', parameter), parameter });
}

/** Of the page of section 5.2 that was asked: only the query of one task documents 404. */
export type NotFoundStatus = 400 | 404;

/** Turns whatever a handler threw into the answer. The error stays its cause, for the log. */
export function toApiError(error: unknown, notFoundStatus: NotFoundStatus = 400): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof MigrationRefusal) return ofRefusal(error.refusal, notFoundStatus);
  return errorOfProblem(problemOf(error), error);
}

function ofRefusal(refusal: Refusal, notFoundStatus: NotFoundStatus): ApiError {
  if (refusal.kind === 'no-such-task' || refusal.kind === 'no-such-group') return withStatus(brokenRule('OMS.0095'), notFoundStatus);
  if (refusal.kind === 'unsupported-option') {
    const own = optionCodes[refusal.option];
    return own === undefined ? refusedByName(refusal.option) : brokenRule(own, refusal.option);
  }
  if (refusal.kind === 'bad-webhook-token') return errorOfProblem('unauthenticated');
  return brokenRule(codeOf(refusal));
}

type CodedRefusal = Exclude<Refusal, { kind: 'no-such-task' | 'no-such-group' | 'unsupported-option' | 'bad-webhook-token' }>;

function codeOf(refusal: CodedRefusal): DocumentedCode {
  switch (refusal.kind) {
    case 'not-allowed-in-state': return stateCodes[refusal.action](refusal.state);
    case 'not-allowed-for-group': return groupCodes[refusal.action];
    case 'quota-groups': return 'OMS.1037';
    case 'list-files': return listFileCodes[refusal.problem];
    case 'quota-per-day': return 'OMS.1021';
    case 'quota-waiting': return 'OMS.0077';
    case 'unknown-region': return refusal.side === 'source' ? 'OMS.0079' : 'OMS.0080';
    case 'bucket': return bucketCodes[refusal.side][refusal.failure];
    case 'unknown-topic': return 'OMS.0169';
    case 'cdn': return taskRules.cdnDomain;
    case 'overlap': return taskRules.destinationParameters;
    case 'list-file-no-text': return 'TRF.0019';
    case 'failed-objects-not-recorded': return 'S3M.0301';
    case 'no-failed-objects': return 'OMS.0167';
    case 'sync-not-allowed-in-state': return syncStateCodes[refusal.action];
    case 'quota-sync-tasks': return 'S3M.0091';
  }
}

/** Options that have a code of their own; every other one is refused by name. */
const optionCodes: Readonly<Record<string, DocumentedCode>> = {
  enable_kms: 'S3M.0069',
  enable_restore: 'OMS.1048',
};

type StateAction = Extract<Refusal, { kind: 'not-allowed-in-state' }>['action'];

const stateCodes: Readonly<Record<StateAction, (state: TaskState) => DocumentedCode>> = {
  stop: (state) => (state === 'succeeded' ? 'OMS.0070' : 'OMS.0066'),
  start: (state) => (state === 'succeeded' ? 'OMS.0070' : 'OMS.0065'),
  delete: () => 'OMS.0063',
  /** A task that has not succeeded takes them in every state. */
  bandwidth: () => 'S3M.0071',
  'batch-update': (state) => (state === 'succeeded' ? 'S3M.0071' : 'OMS.0170'),
};

/** Section 6.2 has a code for each action on a group in the wrong state. */
const groupCodes: Readonly<Record<GroupAction, DocumentedCode>> = { stop: 'OMS.1038', start: 'OMS.1039', retry: 'OMS.1040', delete: 'OMS.1047', update: 'OMS.1036' };

const listFileCodes: Readonly<Record<Extract<Refusal, { kind: 'list-files' }>['problem'], DocumentedCode>> = {
  none: 'S3M.1042', 'too-large': 'S3M.1043', 'no-txt': 'S3M.1044', 'too-many': 'S3M.1045', 'other-number': fieldRules.constraint,
};

/** A synchronisation task has two states: what is refused says which one it is in. */
const syncStateCodes: Readonly<Record<Extract<Refusal, { kind: 'sync-not-allowed-in-state' }>['action'], DocumentedCode>> = {
  stop: 'OMS.0066', start: 'OMS.0065', delete: 'OMS.0063', request: 'OMS.0094', notify: 'OMS.0094',
};

const bucketUnknown = 'OMS.0153';
const listFile = 'S3M.0082';

/** A bucket (or a list file) that could not be reached while a task was created or started. */
const bucketCodes: Readonly<Record<'source' | 'destination' | 'list-file', Readonly<Record<FailureKind, DocumentedCode>>>> = {
  source: {
    absent: 'OMS.1018', 'no-bucket': 'OMS.1018', denied: 'OMS.1016', 'bad-credentials': 'OMS.1016', 'expired-credentials': 'OMS.1016',
    'wrong-region': 'OMS.0182', 'bad-key': 'OMS.0057', throttled: bucketUnknown, transient: bucketUnknown, unreachable: bucketUnknown, 'server-away': bucketUnknown, 'no-server': bucketUnknown,
    changed: bucketUnknown, corrupt: bucketUnknown, full: bucketUnknown, archived: bucketUnknown, unsupported: 'OMS.0057', unencrypted: bucketUnknown, protocol: bucketUnknown,
  },
  destination: {
    absent: 'OMS.1020', 'no-bucket': 'OMS.1020', denied: 'OMS.1020', 'bad-credentials': 'OMS.1020', 'expired-credentials': 'OMS.1020',
    'wrong-region': 'OMS.0183', 'bad-key': 'OMS.0058', throttled: bucketUnknown, transient: bucketUnknown, unreachable: bucketUnknown, 'server-away': bucketUnknown, 'no-server': bucketUnknown,
    changed: bucketUnknown, corrupt: bucketUnknown, full: bucketUnknown, archived: bucketUnknown, unsupported: 'OMS.0058', unencrypted: bucketUnknown, protocol: bucketUnknown,
  },
  'list-file': {
    absent: listFile, 'no-bucket': listFile, denied: listFile, 'bad-credentials': listFile, 'expired-credentials': listFile,
    'wrong-region': listFile, 'bad-key': listFile, throttled: bucketUnknown, transient: bucketUnknown, unreachable: bucketUnknown, 'server-away': bucketUnknown, 'no-server': bucketUnknown,
    changed: listFile, corrupt: listFile, full: listFile, archived: listFile, unsupported: listFile, unencrypted: listFile, protocol: bucketUnknown,
  },
};

/** What went wrong before a rule of the API was looked at. */
const problems: Readonly<Record<HttpProblem, { readonly code: DocumentedCode; readonly status: number }>> = {
  'not-found': { code: 'OMS.1009', status: 404 },
  'wrong-method': { code: 'S3M.1008', status: 405 },
  'bad-url': { code: 'OMS.0004', status: 400 },
  'bad-json': { code: 'OMS.0067', status: 400 },
  'missing-body': { code: 'OMS.1004', status: 400 },
  'wrong-content-type': { code: 'OMS.0067', status: 415 },
  'body-too-large': { code: 'S3M.0172', status: 413 },
  'header-too-large': { code: 'S3M.0162', status: 403 },
  invalid: { code: 'OMS.0064', status: 400 },
  unauthenticated: { code: 'OMS.9999', status: 401 },
  'wrong-scope': { code: 'OMS.2001', status: 403 },
  'too-many-requests': { code: 'OMS.2004', status: 429 },
  timeout: { code: 'OMS.0184', status: 503 },
  internal: { code: 'S3M.1001', status: 500 },
};

export function errorOfProblem(problem: HttpProblem, cause?: unknown): ApiError {
  const { code, status } = problems[problem];
  return new ApiError({ status, code, message: documented(code).message, cause });
}

function withStatus(error: ApiError, status: number): ApiError {
  return new ApiError({ status, code: error.code, message: error.message, headers: error.headers });
}
