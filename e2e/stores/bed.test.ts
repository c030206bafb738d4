import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { bringUp, runScript, standScript } from './bed.ts';

test('a bed that cannot be brought up says why, and the same to all who need it later', async () => {
  const bed = `test ${randomUUID()}`;
  let tries = 0;
  const start = (): Promise<void> => {
    tries++;
    return runScript('need-packages.sh', ['no-such-bed']);
  };
  await expect(bringUp(bed, start)).rejects.toThrow(/^need-packages\.sh ended with 1:\n.*no-such-bed/s);
  await expect(bringUp(bed, start)).rejects.toThrow(/earlier in this run, and is not tried again: need-packages\.sh ended with 1:\n.*no-such-bed/s);
  expect(tries).toBe(1);
  await expect(bringUp(`test ${randomUUID()}`, () => Promise.resolve('another'))).resolves.toBe('another');
});

test('a script that should stay and ends instead is not waited for', async () => {
  await expect(standScript('start-azurite.sh', { DATA: '' }, () => Promise.resolve(false))).rejects.toThrow(/^start-azurite\.sh ended with 1:\n.*DATA/s);
});

test('a script that is not there is told of by name', async () => {
  await expect(runScript('no-such-script.sh')).rejects.toThrow(/^no-such-script\.sh did not start: .*ENOENT/);
});
