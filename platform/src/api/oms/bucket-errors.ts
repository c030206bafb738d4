/**
 * The documented code of each refusal around buckets. The documents have no table of them for section 5.5: each kind of
 * failure has the entry of section 6.2 whose message and advice fit it, so that they can be told apart.
 */
import { BucketRefusal, type BucketQuestion, type ListFileFault } from '../../object-migration/buckets/bucket-refusal.ts';
import type { FailureKind } from '../../object-store/failure.ts';
import { ApiError } from '../http-errors.ts';
import { documented, type DocumentedCode } from './error-catalogue.ts';
import { toApiError } from './errors.ts';

type CodesByFailure = Readonly<Record<FailureKind, DocumentedCode>>;

/** @param unanswered where the store said nothing that can be acted on, or nothing at all. */
function sourceCodes(denied: DocumentedCode, unanswered: DocumentedCode): CodesByFailure {
  return {
    'bad-credentials': 'OMS.1016', 'expired-credentials': 'OMS.1016', denied, 'no-bucket': 'OMS.1018', absent: 'OMS.1018', 'wrong-region': 'OMS.0182',
    unsupported: 'OMS.0057', 'bad-key': 'OMS.0057', throttled: unanswered, transient: unanswered, unreachable: unanswered, 'server-away': unanswered, 'no-server': unanswered, changed: unanswered,
    corrupt: unanswered, full: unanswered, archived: unanswered, unencrypted: unanswered, protocol: unanswered,
  };
}

/** Section 6.2 has no code for a destination that cannot be connected to; section 6.3 has. */
const notConnected = 'S3M.0154';

const codes: Readonly<Record<BucketQuestion, CodesByFailure>> = {
  buckets: sourceCodes('S3M.0153', 'OMS.0153'),
  region: sourceCodes('S3M.0155', 'OMS.0155'),
  objects: sourceCodes('S3M.0302', 'OMS.0153'),
  prefix: sourceCodes('S3M.0302', 'OMS.0153'),
  cdn: sourceCodes('S3M.0302', 'OMS.0153'),
  'list-file': {
    'bad-credentials': 'OMS.1020', 'expired-credentials': 'OMS.1020', denied: 'S3M.1020', 'no-bucket': 'S3M.0082', absent: 'TRF.0013', 'wrong-region': 'OMS.0183',
    unsupported: 'OMS.0058', 'bad-key': 'OMS.0058', throttled: notConnected, transient: notConnected, unreachable: notConnected, 'server-away': notConnected, 'no-server': notConnected, changed: 'TRF.0013',
    corrupt: 'TRF.0013', full: 'TRF.0013', archived: 'TRF.0013', unencrypted: 'TRF.0013', protocol: notConnected,
  },
};

const faultCodes: Readonly<Record<ListFileFault, DocumentedCode>> = {
  'no-txt': 'S3M.1044', 'too-large': 'S3M.1043', 'no-text': 'TRF.0019', 'line-too-long': 'TRF.0018', 'no-url': 'TRF.0017', malformed: 'TRF.0016',
};

/** What the request calls its bucket and its region. */
const parameters: Readonly<Record<BucketQuestion, { readonly bucket?: string; readonly region?: string }>> = {
  buckets: {},
  region: { bucket: 'bucket_name' },
  objects: { bucket: 'bucket_name', region: 'data_center' },
  prefix: { bucket: 'bucket_name', region: 'data_center' },
  cdn: { bucket: 'bucket', region: 'region' },
  'list-file': { bucket: 'obs_bucket', region: 'region' },
};

/** Resolves as the use case does; a refusal of it becomes the documented answer. */
export async function answering<T>(useCase: Promise<T>): Promise<T> {
  try {
    return await useCase;
  } catch (error) {
    throw error instanceof BucketRefusal ? ofBucketRefusal(error) : toApiError(error);
  }
}

function ofBucketRefusal(refused: BucketRefusal): ApiError {
  const { question, problem } = refused;
  const { bucket, region } = parameters[question];
  switch (problem.kind) {
    case 'unknown-region': return refusal(question === 'list-file' ? 'OMS.0080' : 'OMS.0079', region, refused);
    case 'cdn-key': return refusal('OMS.1032', 'source_cdn.authentication_key', refused);
    case 'list-file': return refusal(faultCodes[problem.fault], 'list_file_key', refused);
    case 'failure': {
      const parameter = problem.failure === 'no-bucket' ? bucket : problem.failure === 'wrong-region' ? region : undefined;
      return refusal(codes[question][problem.failure], parameter, refused, problem.bucket);
    }
  }
}

/** Codes that section 6.2 has only as the reason of a failed task have the status of that task's answer; here nothing succeeded. */
function refusal(code: DocumentedCode, parameter: string | undefined, cause: Error, bucket = ''): ApiError {
  const { status, message } = documented(code);
  return new ApiError({ status: status < 400 ? 400 : status, code, message: message.replace('{0}', () => bucket), cause, ...(parameter === undefined ? {} : { parameter }) });
}
