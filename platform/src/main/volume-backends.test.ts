import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { volumeId, volumeProjectId } from '../volumes/volume-ids.ts';
import { loadConfig } from './config.ts';
import { openVolumeBackend } from './volume-backends.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haulier-backends-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The example of docs/operating.md that has a backend of this kind. */
function documented(kind: string): string {
  const text = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
  const found = text.match(/(?:^ {4}.*\n)+/gm)?.find((block) => block.includes(`kind: ${kind}`));
  return (found ?? '').replaceAll(/^ {4}/gm, '');
}

const load = (yaml: string) => {
  writeFileSync(join(folder, 'haulier.yaml'), yaml);
  return loadConfig({}, { environment: {}, workingFolder: folder });
};

test('the documented backends open, and a cloud whose variables are not set says so at the first disk', async () => {
  const { volumes: { backends, types } } = load(documented('cinder'));
  expect(backends.map(({ kind }) => kind)).toEqual(['file', 'cinder']);
  expect(types.map(({ name, backend }) => [name, backend])).toEqual([['SSD', 'files'], ['CLOUD', 'cloud']]);
  const [files, cloud] = await Promise.all(backends.map((configured) => openVolumeBackend(configured, { volumes: folder }, 'this host', { SALES_CLOUD_USER: 'sales' })));
  const volume = { id: volumeId('00000000-0000-4000-8000-000000000000'), project: volumeProjectId('0215ef11e49d4743be23dd97a1561e91'), sizeGiB: 1, ref: undefined };
  const never = new AbortController().signal;
  await files?.create(volume, { kind: 'blank' }, never);
  expect((await files?.locate?.(volume))?.path.startsWith(join(folder, 'files'))).toBe(true);
  await expect(cloud?.create(volume, { kind: 'blank' }, never)).rejects.toMatchObject({ kind: 'refused', message: 'the credentials of the cloud project 8aba48a5836c4f4e907389130b0ee78c are not set', detail: 'the environment variable SALES_CLOUD_PASSWORD' });
});

const credentials = 'userVariable with passwordVariable (and, if need be, userDomain) or credentialIdVariable with credentialSecretVariable';

test.each([
  ['a project twice', 'backends[1].projects[1].project: 0215ef11e49d4743be23dd97a1561e91 is there twice', (yaml: string) => yaml.replace('5f1c6e1a0a8f4ac19c1f0d9be0a3a001', '0215ef11e49d4743be23dd97a1561e91')],
  ['a password in the file', 'backends[1].projects[0].password: no such field; known here: a project: project, cloudProject, and ', (yaml: string) => yaml.replace('passwordVariable: SALES_CLOUD_PASSWORD', 'password: hunter2')],
  ['a user without a password', `backends[1].projects[0]: expected a project: project, cloudProject, and ${credentials}`, (yaml: string) => yaml.replace('passwordVariable: SALES_CLOUD_PASSWORD', '')],
  ['both kinds of credentials', `backends[1].projects[0]: expected a project: project, cloudProject, and ${credentials}`, (yaml: string) => yaml.replace('passwordVariable: SALES', 'credentialIdVariable: A\n          credentialSecretVariable: B\n          passwordVariable: SALES')],
  ['an identity service that is no version 3', 'backends[1].identity: expected https://host[:port]/v3 of the Keystone', (yaml: string) => yaml.replace(':5000/v3', ':5000/v2.0')],
  ['a kind that there is not', 'backends[1]', (yaml: string) => yaml.replace('kind: cinder', 'kind: glance')],
])('refuses %s', (_what, place, change) => {
  expect(() => load(change(documented('cinder')))).toThrow(`volumes.${place}`);
});

test('says nothing of the other kinds where it is clear which one is meant', () => {
  const spoilt = documented('cinder').replace(':5000/v3', ':5000/v2.0');
  const lines = (() => {
    try {
      return load(spoilt).zone;
    } catch (error) {
      return String(error);
    }
  })().split('\n');
  expect(lines).toHaveLength(1);
});

test('an application credential is two variables, and their values are asked for at each token', async () => {
  const yaml = documented('cinder').replace('userVariable: SALES_CLOUD_USER', 'credentialIdVariable: SALES_ID').replace('passwordVariable: SALES_CLOUD_PASSWORD', 'credentialSecretVariable: SALES_SECRET');
  const { volumes: { backends } } = load(yaml.replaceAll(/ {2}# .*/g, ''));
  const [, cloud] = await Promise.all(backends.map((configured) => openVolumeBackend(configured, { volumes: folder }, 'this host', { SALES_ID: 'x' })));
  const problems = await cloud?.problems?.(new AbortController().signal);
  expect(problems).toEqual([expect.stringContaining('SALES_SECRET'), expect.stringContaining('ARCHIVE_CLOUD_CREDENTIAL')]);
});

test.each([['is not there', undefined, 'ENOENT'], ['is no certificate', 'hello', 'PEM']])('a CA file that %s keeps from starting, by its name', async (_what, text, said) => {
  if (text !== undefined) writeFileSync(join(folder, 'ca.pem'), text);
  const { volumes: { backends } } = load(documented('cinder').replace('region: RegionOne', 'caFile: ca.pem\n      region: RegionOne'));
  const clouds = backends.filter(({ kind }) => kind === 'cinder');
  const opening = Promise.all(clouds.map((configured) => openVolumeBackend(configured, { volumes: folder }, 'this host', {})));
  await expect(opening).rejects.toThrow(`its caFile ${join(folder, 'ca.pem')} cannot be read as a certificate in PEM`);
  await expect(opening).rejects.toThrow(said);
});
