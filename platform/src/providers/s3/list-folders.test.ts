import { describe, expect, test } from 'vitest';
import type { FolderPage } from '../../object-store/object-store.ts';
import { fakeStore, type FakeAnswer, type SeenRequest } from './testing/fake-store.ts';

const never = new AbortController().signal;

function page(folders: readonly string[], keys: readonly string[], more = ''): FakeAnswer {
  const entries = keys.map((key) => `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>1</Size></Contents>`);
  const common = folders.map((folder) => `<CommonPrefixes><Prefix>${encodeURIComponent(folder)}</Prefix></CommonPrefixes>`);
  return { body: `<ListBucketResult><Prefix/><EncodingType>url</EncodingType><IsTruncated>${more !== ''}</IsTruncated>${more}${entries.join('')}${common.join('')}</ListBucketResult>` };
}

async function listed(answer: (request: SeenRequest, n: number) => FakeAnswer, after?: string, listVersion: 1 | 2 = 2) {
  const { store, seen } = await fakeStore(answer, { listVersion });
  const result: FolderPage | undefined = await store.folders?.list({ prefix: 'p/', from: after === undefined ? { kind: 'start' } : { kind: 'after', key: after }, limit: 7 }, never);
  return { page: result, targets: seen.map(({ target }) => target) };
}

describe('a listing of a folder', () => {
  test('asks for one level and goes on after its last entry, folder or object', async () => {
    const { page: result, targets } = await listed(() => page(['p/b/', 'p/d e/'], ['p/a', 'p/c'], '<NextContinuationToken>t</NextContinuationToken>'));
    expect(result).toMatchObject({ folders: ['p/b/', 'p/d e/'], objects: [{ key: 'p/a' }, { key: 'p/c' }], next: { kind: 'after', key: 'p/d e/' } });
    expect(targets).toEqual(['/b?delimiter=%2F&encoding-type=url&list-type=2&max-keys=7&prefix=p%2F']);
  });

  test.each<[1 | 2, string, string]>([
    [1, 'p/b/', '/b?delimiter=%2F&encoding-type=url&marker=p%2Fb%2F&max-keys=7&prefix=p%2F'],
    [1, 'p/b/x/y', '/b?delimiter=%2F&encoding-type=url&marker=p%2Fb%2F&max-keys=7&prefix=p%2F'],
    [1, 'p/b', '/b?delimiter=%2F&encoding-type=url&marker=p%2Fb&max-keys=7&prefix=p%2F'],
    [2, 'p/b/', '/b?delimiter=%2F&encoding-type=url&list-type=2&max-keys=7&prefix=p%2F&start-after=p%2Fb%2F%F4%8F%BF%BF'],
  ])('in version %i goes on behind %s', async (version, after, target) => {
    const { targets } = await listed(() => page([], []), after, version);
    expect(targets).toEqual([target]);
  });

  test('leaves out a folder that the store shows again, and reads on', async () => {
    const { page: result, targets } = await listed((_, n) => (n === 0 ? page(['p/b/'], [], '<NextContinuationToken>t</NextContinuationToken>') : page(['p/c/'], [])), 'p/b/');
    expect(result).toEqual({ folders: ['p/c/'], objects: [], next: undefined });
    expect(targets[1]).toContain('continuation-token=t');
  });

  test.each<[string, 1 | 2, FakeAnswer]>([
    ['stays where it is in version 1', 1, page(['p/b/'], [], '<NextMarker>p%2Fb%2F</NextMarker>')],
    ['stays where it is in version 2', 2, page(['p/b/'], [], '<NextContinuationToken>t</NextContinuationToken>')],
    ['shows another folder', 2, page(['q/'], [])],
    ['is none', 2, { body: '<a/>' }],
  ])('that %s fails', async (_, version, answer) => {
    await expect(listed(() => answer, 'p/b/', version)).rejects.toMatchObject({ kind: 'protocol' });
  });
});
