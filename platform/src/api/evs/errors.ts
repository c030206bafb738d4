/** Which code of EVS each fault answers with. Status and message are those of {@link publishedCodes}. */
import type { VolumeJobKind } from '../../volumes/volume.ts';
import type { Refusal, VolumeAction } from '../../volumes/volumes.ts';
import { ApiError } from '../http-errors.ts';
import type { HttpProblem } from '../http-problem.ts';
import { evsCode, type EvsErrorCode } from './error-codes.ts';
import { faultOf, metadataSentence, readOnlySentence, sentenceOf, sentences, type Fault } from './faults.ts';

/** Turns whatever was thrown into the answer. The error stays its cause, for the log. */
export function evsErrorOf(error: unknown): ApiError {
  return ofFault(faultOf(error), error);
}

export function evsErrorOfProblem(problem: HttpProblem): ApiError {
  return ofFault({ kind: 'http', problem });
}

export function evsBody({ code, message }: ApiError): object {
  return { error: { code, message } };
}

function ofFault(fault: Fault, cause?: unknown): ApiError {
  switch (fault.kind) {
    case 'refusal': return answer(codeOfRefusal(fault.refusal), sentenceOf(fault.refusal), cause);
    case 'input': return answer(codeOfInput(fault.path), fault.sentence, cause, fault.path);
    case 'not-served': return answer(optionCodes[fault.what] ?? 'EVS.5400', fault.sentence, cause, fault.what);
    case 'read-only': return answer('EVS.1027', readOnlySentence, cause);
    case 'metadata-too-large': return answer('EVS.1005', metadataSentence, cause, 'volume.metadata');
    case 'no-such-metadata': return answer('EVS.5404', `There is no metadata ${fault.key}.`, cause);
    case 'bad-version':
    case 'other-version': return answer('EVS.5400', fault.sentence, cause);
    case 'http': return ofProblem(fault.problem, cause);
  }
}

function answer(code: EvsErrorCode, sentence: string, cause: unknown, parameter?: string): ApiError {
  const { status, message } = evsCode(code);
  return new ApiError({ status, code, message: message === undefined ? sentence : `${message} ${sentence}`, cause, ...(parameter === undefined ? {} : { parameter }) });
}

function codeOfRefusal(refusal: Refusal): EvsErrorCode {
  switch (refusal.kind) {
    case 'no-such-volume':
    case 'no-such-snapshot':
    case 'no-such-transfer': return 'EVS.5404';
    case 'no-such-job': return 'Common.0011';
    case 'no-such-type': return 'EVS.1020';
    case 'no-such-zone': return 'EVS.1036';
    case 'volume-busy': return refusal.action === 'delete' && refusal.state === 'backing-up' ? 'EVS.2130' : busyCodes[refusal.action];
    case 'snapshot-busy': return snapshotBusyCodes[refusal.action] ?? 'EVS.5400';
    case 'volume-attached': return busyCodes[refusal.action];
    case 'not-larger': return 'EVS.1015';
    case 'smaller-than-source': return 'EVS.1010';
    case 'source-elsewhere': return 'EVS.1020';
    case 'quota-exceeded': return quotaCodes[refusal.quota];
    case 'too-many-tags': return 'EVS.1061';
    case 'volume-not-attached':
    case 'not-adoptable':
    case 'volume-has-snapshots':
    case 'snapshots-bound':
    case 'snapshot-of-other-volume':
    case 'snapshots-unsupported':
    case 'client-token-used':
    case 'unstorable-text':
    case 'wrong-auth-key':
    case 'own-transfer':
    case 'transfer-expired': return 'EVS.5400';
    case 'backend': return 'EVS.5503';
  }
}

const busyCodes: Readonly<Record<VolumeAction, EvsErrorCode>> = {
  'delete': 'EVS.1046', 'extend': 'EVS.1064', 'attach': 'EVS.5400', 'detach': 'EVS.5400', 'reserve': 'EVS.5400', 'unreserve': 'EVS.5400', 'begin-detaching': 'EVS.5400',
  'roll-detaching': 'EVS.5400', 'snapshot': 'EVS.5400', 'rollback': 'EVS.5400', 'transfer': 'EVS.5400', 'accept': 'EVS.5400', 'clone': 'EVS.5400', 'update': 'EVS.5400',
};

const snapshotBusyCodes: Readonly<Partial<Record<VolumeAction, EvsErrorCode>>> = { delete: 'EVS.1047', clone: 'EVS.2043' };

const quotaCodes: Readonly<Record<Extract<Refusal, { kind: 'quota-exceeded' }>['quota'], EvsErrorCode>> = {
  volumes: 'EVS.1034', gigabytes: 'EVS.1042', snapshots: 'EVS.5413', perVolumeGigabytes: 'EVS.5413',
};

/** Fields with a code of their own, which what is inside them has too. */
const inputCodes: Readonly<Record<string, EvsErrorCode>> = {
  '': 'EVS.1052',
  'volume.name': 'EVS.1003', 'volume.description': 'EVS.1004', 'volume.size': 'EVS.1010', 'volume.count': 'EVS.1021', 'volume.volume_type': 'EVS.1020',
  'volume.availability_zone': 'EVS.1036', 'volume.tags': 'EVS.1062', 'volume.metadata.full_clone': 'EVS.1063', 'volume.snapshot_id': 'EVS.1016', 'volume.name or volume.description': 'EVS.1007',
  'os-extend': 'EVS.1011', 'os-extend.new_size': 'EVS.1010',
  'tags': 'EVS.1062',
  'limit': 'EVS.1023', 'marker': 'EVS.1024', 'sort_key': 'EVS.1039', 'sort_dir': 'EVS.1040', 'metadata': 'EVS.1058', 'not_metadata': 'EVS.1058',
};

function codeOfInput(path: string): EvsErrorCode {
  for (let place = path; ; place = place.replace(/(\.[^.[]*|\[\d+\])$/, '')) {
    const code = inputCodes[place];
    if (code !== undefined && (place !== '' || path === '')) return code;
    if (!/[.[]/.test(place)) return 'EVS.5400';
  }
}

/** Options that a code is published for. */
const optionCodes: Readonly<Record<string, EvsErrorCode>> = {
  'volume.backup_id': 'EVS.1006',
  'volume.imageRef': 'EVS.2046',
  'volume.metadata.__system__encrypted': 'EVS.2041',
  'volume.metadata.__system__cmkid': 'EVS.2041',
  'volume.metadata.hw:passthrough': 'EVS.1057',
};

const problems: Readonly<Record<HttpProblem, { readonly code: EvsErrorCode; readonly status: number }>> = {
  'not-found': { code: 'EVS.5404', status: 404 },
  'wrong-method': { code: 'EVS.5405', status: 405 },
  'bad-url': { code: 'EVS.5400', status: 400 },
  'bad-json': { code: 'EVS.1052', status: 400 },
  'missing-body': { code: 'EVS.1052', status: 400 },
  'wrong-content-type': { code: 'EVS.5415', status: 415 },
  'body-too-large': { code: 'EVS.1052', status: 413 },
  'header-too-large': { code: 'EVS.5431', status: 431 },
  'invalid': { code: 'EVS.5400', status: 400 },
  'unauthenticated': { code: 'EVS.5401', status: 401 },
  'wrong-scope': { code: 'EVS.5403', status: 403 },
  'too-many-requests': { code: 'EVS.5429', status: 429 },
  'timeout': { code: 'EVS.5503', status: 503 },
  'internal': { code: 'EVS.5500', status: 500 },
};

function ofProblem(problem: HttpProblem, cause: unknown): ApiError {
  const { code, status } = problems[problem];
  const { message } = answer(code, sentences[problem], cause);
  return new ApiError({ status, code, message, cause });
}

/** The `error_code` of a task that failed: the state that its disk or snapshot was left in. */
export const jobErrorCodes: Readonly<Record<VolumeJobKind, EvsErrorCode>> = {
  createVolume: 'EVS.2024', deleteVolume: 'EVS.2020', extendVolume: 'EVS.2026', createSnapshot: 'EVS.5500', deleteSnapshot: 'EVS.2019', rollbackSnapshot: 'EVS.5500', acceptTransfer: 'EVS.5500',
};
