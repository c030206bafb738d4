import { expect, it } from 'vitest';
import { haulier } from '../support/serve.ts';

it('explains a code for people', async () => {
  expect(await haulier(['explain', 'oms.1018'])).toEqual({
    code: 0,
    stdout: 'OMS.1018  Invalid source bucket. Check the source bucket parameter.\n  Status:      400\n  Description: Invalid source bucket.\n  Solution:    Check the source bucket parameters.\n',
    stderr: '',
  });
});

it('explains a code for programs', async () => {
  const { stdout } = await haulier(['explain', 'S3M.0154', '--json']);
  expect(JSON.parse(stdout)).toEqual({ code: 'S3M.0154', statuses: [], message: 'Failed to connect to OBS.', outOfDate: true });
});

it('searches', async () => {
  const { code, stdout } = await haulier(['explain', '--search', 'privacy', 'console']);
  expect({ code, codes: stdout.split('\n').map((line) => line.split(' ')[0]) }).toEqual({ code: 0, codes: ['OMS.0092', 'OMS.1010', ''] });
});

it('names near ones of a code that is none', async () => {
  expect(await haulier(['explain', 'S2M.1018'])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('did you mean OMS.1018, S3M.1018') as string });
  expect(await haulier(['explain', 'OMS.1018', '--search', 'bucket'])).toMatchObject({ code: 2 });
});

it('knows the codes of disks and of server migration, and says which are ours', async () => {
  expect((await haulier(['explain', 'EVS.1042'])).stdout).toBe('EVS.1042  volume gigabytes exceeded volume gigabytes quota!\n  Status:      400\n');
  expect((await haulier(['explain', 'sms8031'])).stdout).toBe(
    'SMS.8031  The source server has a migration task: delete that first.\n  Status:      400\n  Note:        a code of Haulier’s own: the documents have none for this\n',
  );
});
