/** The faults as Cinder answers them: `{"itemNotFound": {"code": 404, "message": …}}`. */
import type { Refusal } from '../../volumes/volumes.ts';
import { ApiError } from '../http-errors.ts';
import type { HttpProblem } from '../http-problem.ts';
import { faultOf, metadataSentence, readOnlySentence, sentenceOf, sentences, type Fault } from './faults.ts';

export function cinderErrorOf(error: unknown): ApiError {
  return ofFault(faultOf(error), error);
}

export function cinderErrorOfProblem(problem: HttpProblem): ApiError {
  return ofFault({ kind: 'http', problem });
}

export function cinderBody({ status, code, message }: ApiError): object {
  return { [code]: { code: status, message } };
}

function ofFault(fault: Fault, cause?: unknown): ApiError {
  switch (fault.kind) {
    case 'refusal': return answer(refusals[fault.refusal.kind], sentenceOf(fault.refusal), cause);
    case 'input': return answer(400, fault.sentence, cause, fault.path);
    case 'not-served': return answer(400, fault.sentence, cause, fault.what);
    case 'read-only': return answer(403, readOnlySentence, cause);
    case 'metadata-too-large': return answer(413, metadataSentence, cause, 'volume.metadata');
    case 'no-such-metadata': return answer(404, `There is no metadata ${fault.key}.`, cause);
    case 'bad-version': return answer(400, fault.sentence, cause);
    case 'other-version': return answer(406, fault.sentence, cause);
    case 'http': return answer(problems[fault.problem], sentences[fault.problem], cause);
  }
}

/** The field's name goes with the status. */
const names: Readonly<Record<number, string>> = {
  400: 'badRequest', 401: 'unauthorized', 403: 'forbidden', 404: 'itemNotFound', 405: 'badMethod', 409: 'conflictingRequest', 413: 'overLimit', 415: 'badMediaType', 429: 'overLimit',
  501: 'notImplemented', 503: 'serviceUnavailable',
};

function answer(status: number, message: string, cause: unknown, parameter?: string): ApiError {
  const headers = status === 413 ? { 'retry-after': '0' } : undefined;
  return new ApiError({ status, code: names[status] ?? 'computeFault', message, cause, ...(headers === undefined ? {} : { headers }), ...(parameter === undefined ? {} : { parameter }) });
}

const refusals: Readonly<Record<Refusal['kind'], number>> = {
  'no-such-volume': 404, 'no-such-snapshot': 404, 'no-such-transfer': 404, 'no-such-job': 404, 'no-such-type': 404, 'no-such-zone': 400,
  'volume-busy': 400, 'snapshot-busy': 400, 'volume-attached': 400, 'volume-not-attached': 400, 'volume-has-snapshots': 400, 'snapshots-bound': 400,
  'not-larger': 400, 'smaller-than-source': 400, 'source-elsewhere': 400, 'not-adoptable': 400, 'snapshot-of-other-volume': 400, 'snapshots-unsupported': 400,
  'quota-exceeded': 413, 'too-many-tags': 400, 'client-token-used': 400, 'unstorable-text': 400, 'wrong-auth-key': 400, 'own-transfer': 400, 'transfer-expired': 400,
  'backend': 503,
};

const problems: Readonly<Record<HttpProblem, number>> = {
  'not-found': 404, 'wrong-method': 405, 'bad-url': 400, 'bad-json': 400, 'missing-body': 400, 'wrong-content-type': 415, 'body-too-large': 413, 'header-too-large': 431,
  'invalid': 400, 'unauthenticated': 401, 'wrong-scope': 403, 'too-many-requests': 429, 'timeout': 503, 'internal': 500,
};
