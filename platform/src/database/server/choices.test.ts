import { describe, expect, test } from 'vitest';
import { chooseBinaries } from './binaries.ts';
import type { Binaries } from './binaries.ts';
import { parseAccounts } from './identity.ts';
import { chooseSocketFolder } from './placement.ts';
import { DatabaseServerError } from './server-error.ts';

const binaries = (major: number): Binaries => ({ major, origin: `folder ${major}`, prepare: () => Promise.resolve('') });

describe('binaries', () => {
  test.each([
    { installed: [17, 15, 18], cluster: undefined, chosen: 17, why: 'the preferred ones' },
    { installed: [13, 18], cluster: undefined, chosen: 18, why: 'none that is too old' },
    { installed: [17, 15, 18], cluster: 15, chosen: 15, why: 'those of the cluster' },
  ])('for a cluster of $cluster among $installed are $why', ({ installed, cluster, chosen }) => {
    expect(chooseBinaries(installed.map(binaries), '/data', cluster).major).toBe(chosen);
  });

  test.each([
    { installed: [], cluster: undefined, says: /none on this machine.*apt-get install postgresql\b/ },
    { installed: [13], cluster: undefined, says: /15 or newer.*has 13 \(folder 13\)/ },
    { installed: [17, 18], cluster: 16, says: /\/data was made by PostgreSQL 16.*has 17 \(folder 17\), 18.*postgresql-16/ },
    { installed: [13], cluster: 13, says: /made by PostgreSQL 13/ },
  ])('that are missing are named: $installed for $cluster', ({ installed, cluster, says }) => {
    expect(() => chooseBinaries(installed.map(binaries), '/data', cluster)).toThrow(DatabaseServerError);
    expect(() => chooseBinaries(installed.map(binaries), '/data', cluster)).toThrow(says);
  });
});

test.each([
  { length: 107, chosen: 'preferred' },
  { length: 108, chosen: 'short' },
])('a socket path of $length bytes takes the $chosen folder', ({ length, chosen }) => {
  const folder = `/${'ü'.repeat(40)}${'x'.repeat(length - 81 - '/.s.PGSQL.5432'.length)}`;
  expect(chooseSocketFolder(folder, '/tmp/short')).toBe(chosen === 'preferred' ? folder : '/tmp/short');
});

test('accounts are read from /etc/passwd', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/bash\n# comment\npostgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash\n+::::::\nbroken:x:a:b\n';
  expect(parseAccounts(passwd)).toEqual([{ name: 'root', uid: 0, gid: 0 }, { name: 'postgres', uid: 101, gid: 104 }]);
});
