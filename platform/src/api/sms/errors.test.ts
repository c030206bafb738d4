import { expect, it } from 'vitest';
import type { ServerTaskId, SourceId } from '../../server-migration/server.ts';
import { ServerRefusal, type Refusal } from '../../server-migration/server-migration.ts';
import { BrokenInput } from '../read-by-schema.ts';
import { ourCodes, publishedCodes } from './error-codes.ts';
import { bodyOf, toSmsError } from './errors.ts';

const isSource = (id: string): id is SourceId => id !== '';
const isTask = (id: string): id is ServerTaskId => id !== '';
const source = 'a6e3b9a2-6d1a-4b6e-9d0b-0a6f1a3c2b10';
const task = '1dcbf9f2-9f2a-4df5-88dc-27a5614a1187';
if (!isSource(source) || !isTask(task)) throw new Error('no ids');

it.each<[Refusal, number, string, string]>([
  [{ kind: 'no-such-source', id: source }, 404, 'SMS.8020', source],
  [{ kind: 'no-such-task', id: task }, 404, 'SMS.8021', task],
  [{ kind: 'no-such-template', id: 't' }, 404, 'SMS.8022', 't'],
  [{ kind: 'no-such-project', id: 'p' }, 404, 'SMS.8023', 'p'],
  [{ kind: 'action-not-allowed', action: 'stop', state: 'READY', id: task }, 400, 'SMS.1038', task],
  [{ kind: 'action-not-allowed', action: 'start', state: 'RUNNING', id: task }, 400, 'SMS.1039', task],
  [{ kind: 'action-not-allowed', action: 'restart', state: 'RUNNING', id: task }, 400, 'SMS.1040', task],
  [{ kind: 'action-not-allowed', action: 'delete', state: 'RUNNING', id: task }, 400, 'SMS.2015', task],
  [{ kind: 'action-not-allowed', action: 'clone_test', state: 'READY', id: task }, 400, 'SMS.8030', task],
  [{ kind: 'source-has-task', id: source }, 400, 'SMS.8031', source],
  [{ kind: 'source-unavailable', id: source }, 400, 'SMS.8032', source],
  [{ kind: 'source-not-connected', id: source }, 400, 'SMS.8033', source],
  [{ kind: 'other-system', id: source, was: 'LINUX' }, 400, 'SMS.8040', 'os_type'],
  [{ kind: 'unknown-subtask', id: task, subtask: 'CLONE_VM' }, 400, 'SMS.8034', 'subtask_name'],
  [{ kind: 'overlapping-windows' }, 400, 'SMS.8035', 'speed_limit'],
  [{ kind: 'name-taken', name: 'n' }, 400, 'SMS.8037', 'name'],
  [{ kind: 'default-project', id: 'p' }, 400, 'SMS.8038', 'p'],
  [{ kind: 'project-has-servers', id: 'p' }, 400, 'SMS.8039', 'p'],
  [{ kind: 'unsupported', option: 'switch_hce: the system stays as it is' }, 400, 'SMS.8011', 'switch_hce'],
])('answers %j', (refusal, status, code, parameter) => {
  const error = toSmsError(new ServerRefusal(refusal));
  expect({ status: error.status, body: bodyOf(error) }).toMatchObject({ status, body: { error_code: code, error_param: [parameter], details: [{ error_code: code, error_msg: error.message }] } });
});

it('says of a task that cannot be launched what its server is at', () => {
  const refused = new ServerRefusal({ kind: 'action-not-allowed', action: 'cutover', state: 'SYNCING', source: 'cloning', id: task });
  expect(toSmsError(refused).message).toBe('This is not possible in the state it is in. It is SYNCING, its source server cloning.');
});

it('names the field that breaks a rule', () => {
  expect(bodyOf(toSmsError(new BrokenInput('target_server.disks[0].size', 'bytes', false)))).toMatchObject({
    error_code: 'SMS.8001', error_msg: "'target_server.disks[0].size' is not valid: expected bytes.", error_param: ['target_server.disks[0].size'],
  });
  expect(bodyOf(toSmsError(new BrokenInput('name', 'a name', true)))).toMatchObject({ error_code: 'SMS.8002', error_param: ['name'] });
  expect(bodyOf(toSmsError(new BrokenInput('', 'an object', false)))).toMatchObject({ error_code: 'SMS.8001', error_param: ['body'] });
});

it('keeps a message to what the documents give it room for', () => {
  const { error_msg, details } = bodyOf(toSmsError(new BrokenInput('x'.repeat(300), 'text', false)));
  expect(error_msg).toHaveLength(255);
  expect(details[0]?.error_msg).toContain('expected text.');
});

it('has no code of ours among the published ones', () => {
  expect(Object.keys(ourCodes).filter((code) => code in publishedCodes)).toEqual([]);
  for (const code of Object.keys(ourCodes)) expect(code).toMatch(/^SMS\.80\d\d$/);
});
