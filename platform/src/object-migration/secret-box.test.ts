import { describe, expect, it } from 'vitest';
import { openCredentials, sealCredentials } from './secret-box.ts';
import type { SecretBox } from './secret-box.ts';
import { taskId } from './task-id.ts';
import type { TaskCredentials } from './task.ts';

/** Keeps the contract of the port without a cipher. */
const plainBox: SecretBox = {
  seal: (plain, context) => Buffer.from(JSON.stringify({ plain, context })),
  open(sealed, context) {
    const kept: unknown = JSON.parse(Buffer.from(sealed).toString());
    if (typeof kept !== 'object' || kept === null || !('plain' in kept) || !('context' in kept) || typeof kept.plain !== 'string') throw new Error('broken');
    if (kept.context !== context) throw new Error('another context');
    return kept.plain;
  },
};

const keys = { accessKey: 'a', secretKey: 's' };

describe('sealed credentials', () => {
  it.each<[string, TaskCredentials]>([
    ['two pairs of keys', { source: keys, destination: { ...keys, securityToken: 't' } }],
    ['no source', { source: undefined, destination: keys, cdnKey: 'c' }],
    ['a key file', { source: { ...keys, jsonAuthFile: '{}', connectionString: 'x' }, destination: keys }],
  ])('come back: %s', (_name, credentials) => {
    const id = taskId(7);
    expect(openCredentials(plainBox, id, sealCredentials(plainBox, id, credentials))).toEqual(JSON.parse(JSON.stringify(credentials)));
  });

  it('open for their own task only', () => {
    const sealed = sealCredentials(plainBox, taskId(7), { source: keys, destination: keys });
    expect(() => openCredentials(plainBox, taskId(8), sealed)).toThrow('another context');
  });

  it.each(['', 'secret', 'null', '{}', '{"destination":{"accessKey":"secret"}}', '{"destination":{"accessKey":1,"secretKey":"secret"}}'])('of an unknown form are refused without showing them: %s', (text) => {
    const id = taskId(7);
    const sealed = plainBox.seal(text, `migration-task/${id}/credentials`);
    expect(() => openCredentials(plainBox, id, sealed)).toThrow(/kept in a form that this version does not know/);
  });
});
