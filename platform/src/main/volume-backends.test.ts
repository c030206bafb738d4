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
  const [files, cloud] = await Promise.all(backends.map((configured) => openVolumeBackend(configured, { volumes: folder }, { SALES_CLOUD_USER: 'sales' })));
  const volume = { id: volumeId('00000000-0000-4000-8000-000000000000'), project: volumeProjectId('0215ef11e49d4743be23dd97a1561e91'), sizeGiB: 1, ref: undefined };
  const never = new AbortController().signal;
  await files?.create(volume, { kind: 'blank' }, never);
  expect((await files?.locate?.(volume))?.path.startsWith(join(folder, 'files'))).toBe(true);
  await expect(cloud?.create(volume, { kind: 'blank' }, never)).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('8aba48a5836c4f4e907389130b0ee78c') as string });
});

test.each([
  ['a project twice', 'projects[1].project', (yaml: string) => yaml.replace('5f1c6e1a0a8f4ac19c1f0d9be0a3a001', '0215ef11e49d4743be23dd97a1561e91')],
  ['a password in the file', 'passwordVariable', (yaml: string) => yaml.replace('passwordVariable: SALES_CLOUD_PASSWORD', 'password: secret')],
  ['an identity service that is no version 3', 'backends', (yaml: string) => yaml.replace(':5000/v3', ':5000/v2.0')],
])('refuses %s', (_what, place, change) => {
  expect(() => load(change(documented('cinder')))).toThrow(place);
});
