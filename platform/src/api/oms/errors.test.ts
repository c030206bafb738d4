import { errorCodes } from 'fastify';
import { describe, expect, it } from 'vitest';
import { MigrationRefusal, type Refusal, type TaskState } from '../../object-migration/task.ts';
import type { FailureKind } from '../../object-store/failure.ts';
import { AuthenticationError } from '../auth/authentication-error.ts';
import { toApiError } from './errors.ts';

const refuse = (refusal: Refusal, notFound?: 404) => {
  const { code, status, message } = toApiError(new MigrationRefusal(refusal), notFound);
  return { code, status, message };
};
const inState = (action: (Refusal & { kind: 'not-allowed-in-state' })['action'], state: TaskState): Refusal => ({ kind: 'not-allowed-in-state', action, state });
const bucket = (side: 'source' | 'destination' | 'list-file', failure: FailureKind): Refusal => ({ kind: 'bucket', side, failure, message: 'AKIDEXAMPLE' });

describe('refusals', () => {
  it.each<[Refusal, number, string, string]>([
    [{ kind: 'no-such-task', id: '7' }, 400, 'OMS.0095', 'You do not have permission to access the task or the task does not exist.'],
    [inState('delete', 'migrating'), 400, 'OMS.0063', 'The task is in progress. Pause the task and then delete it.'],
    [inState('delete', 'pausing'), 400, 'OMS.0063', 'The task is in progress. Pause the task and then delete it.'],
    [inState('start', 'waiting'), 400, 'OMS.0065', 'The task has already started.'],
    [inState('start', 'migrating'), 400, 'OMS.0065', 'The task has already started.'],
    [inState('start', 'succeeded'), 400, 'OMS.0070', 'The task is complete. You cannot start or stop it.'],
    [inState('stop', 'succeeded'), 400, 'OMS.0070', 'The task is complete. You cannot start or stop it.'],
    [inState('stop', 'paused'), 400, 'OMS.0066', 'Failed to pause the task. The task is not in progress. Check the task status.'],
    [inState('stop', 'failed'), 400, 'OMS.0066', 'Failed to pause the task. The task is not in progress. Check the task status.'],
    [inState('bandwidth', 'succeeded'), 400, 'S3M.0071', 'The task is complete. You cannot update bandwidth_policy.'],
    [inState('batch-update', 'succeeded'), 400, 'S3M.0071', 'The task is complete. You cannot update bandwidth_policy.'],
    [inState('batch-update', 'migrating'), 400, 'OMS.0170', 'The migration tasks update failed.'],
    [{ kind: 'quota-per-day' }, 400, 'OMS.1021', 'The number of created migration tasks exceeded the quota. Please try again in 24 hours.'],
    [{ kind: 'quota-waiting' }, 400, 'OMS.0077', 'The number of created migration tasks has exceeded the limit. Try again later or contact customer service.'],
    [{ kind: 'unknown-region', side: 'source', region: 'x' }, 400, 'OMS.0079', 'Migration from the region where the source bucket is located is not supported. Modify the source bucket parameter.'],
    [{ kind: 'unknown-region', side: 'destination', region: 'x' }, 400, 'OMS.0080', 'Migration to the region where the selected destination bucket is located is not supported. Modify the destination bucket parameter.'],
    [{ kind: 'overlap' }, 400, 'OMS.0058', 'Invalid values for destination parameters. Modify the destination parameters.'],
    [{ kind: 'list-file-no-text' }, 400, 'TRF.0019', 'Failed to verify the task parameters. Ensure that contentType in the metadata of the object list file is set to text/plain and contentEncoding is not set.'],
    [{ kind: 'failed-objects-not-recorded' }, 400, 'S3M.0301', 'Do not enable failed object retransmission.'],
    [{ kind: 'no-failed-objects' }, 400, 'OMS.0167', 'Failed to find the list of failed objects. For details, see the returned error message or contact technical support.'],
    [{ kind: 'unsupported-option', option: 'enable_kms' }, 400, 'S3M.0069', 'Setting enableKMS to true is not allowed because the KMS service is not available now.'],
    [{ kind: 'unknown-topic' }, 400, 'OMS.0169', 'The SMN topic does not exist or you do not have the permissions needed to use the current topic. Select another topic or obtain the required permissions.'],
    [{ kind: 'unsupported-option', option: 'enable_restore' }, 400, 'OMS.1048', 'Archive Data Restoration is not supported for the selected source cloud vendor.'],
    [{ kind: 'unsupported-option', option: 'dst_storage_policy' }, 400, 'S3M.1003', 'The parameter key[dst_storage_policy] constraints must be consistent with that given in the Cloud Migration Center API Reference.'],
    [bucket('source', 'bad-credentials'), 400, 'OMS.1016', 'Failed to obtain the source bucket details because the authentication failed or no bucket ID was found in the list. Ensure that the AK and SK are correct and you have the permissions to access the bucket.'],
    [bucket('source', 'no-bucket'), 400, 'OMS.1018', 'Invalid source bucket. Check the source bucket parameter.'],
    [bucket('source', 'wrong-region'), 400, 'OMS.0182', 'The source bucket region does not match the input region.'],
    [bucket('source', 'unreachable'), 400, 'OMS.0153', 'Failed to query the bucket information. For details, see the returned error message or contact technical support.'],
    [bucket('destination', 'denied'), 400, 'OMS.1020', 'Failed to access the destination bucket. Ensure that the AK and SK are correct and you have the permissions to access the bucket.'],
    [bucket('destination', 'wrong-region'), 400, 'OMS.0183', 'The destination bucket region does not match the input region.'],
    [bucket('list-file', 'absent'), 400, 'S3M.0082', 'Values for destination parameters are incorrect or the object list file and the destination bucket are in different regions.'],
  ])('%j', (refusal, status, code, message) => {
    expect(refuse(refusal)).toEqual({ status, code, message });
  });

  it('has the status of the page for a task that is not there', () => {
    expect(refuse({ kind: 'no-such-task', id: '7' }, 404)).toMatchObject({ status: 404, code: 'OMS.0095' });
  });
});

describe('faults of the request', () => {
  it.each<[unknown, number, string, string]>([
    [new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE(), 413, 'S3M.0172', 'Request content too large.'],
    [new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE('text/plain'), 415, 'OMS.0067', 'The parameters are not in JSON format. Modify the parameter format.'],
    [new errorCodes.FST_ERR_NOT_FOUND(), 404, 'OMS.1009', 'No resources found. Ensure that the resources exist and resource parameters are correct.'],
    [new AuthenticationError('bad-token'), 401, 'OMS.9999', 'no auth'],
    [new AuthenticationError('wrong-scope'), 403, 'OMS.2001', 'project verify fail.'],
    [new TypeError('sk=secret'), 500, 'S3M.1001', 'Internal server error.'],
    ['thrown text', 500, 'S3M.1001', 'Internal server error.'],
  ])('%s', (thrown, status, code, message) => {
    expect(toApiError(thrown)).toMatchObject({ status, code, message });
  });
});
