import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseListDocument } from './list-document.ts';
import { ListScanner } from './list-scanner.ts';
import { escapeXml } from './xml.ts';

interface Entry {
  readonly key: string;
  readonly size: number;
  readonly time: Date;
  readonly etag: string;
  readonly storageClass: string;
}

const head = '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix></Prefix>';
const listed = (key: string): string => encodeURIComponent(key).replaceAll('%20', '+');

/** As Amazon S3 writes it. */
function aws(entries: readonly Entry[], truncated: boolean): string {
  const contents = entries.map(({ key, size, time, etag, storageClass }) =>
    `<Contents><Key>${listed(key)}</Key><LastModified>${time.toISOString()}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size><StorageClass>${storageClass}</StorageClass></Contents>`);
  const token = truncated ? '<NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/==</NextContinuationToken>' : '';
  return `${head}${token}<KeyCount>${entries.length}</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><IsTruncated>${truncated}</IsTruncated>${contents.join('')}</ListBucketResult>`;
}

/** As Ceph writes it: other order, owner and type inside, the flags at the end. */
function ceph(entries: readonly Entry[], truncated: boolean): string {
  const contents = entries.map(({ key, size, time, etag, storageClass }) =>
    `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>${time.toISOString()}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size><StorageClass>${storageClass}</StorageClass><Owner><ID>alice</ID><DisplayName>Alice</DisplayName></Owner><Type>Normal</Type></Contents>`);
  return `${head}<MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>${contents.join('')}<IsTruncated>${truncated}</IsTruncated></ListBucketResult>`;
}

const entry: fc.Arbitrary<Entry> = fc.record({
  key: fc.string({ unit: 'binary', minLength: 1 }),
  size: fc.nat({ max: 5e12 }),
  time: fc.date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
  etag: fc.stringMatching(/^[0-9a-f]{1,8}(-[0-9]{1,2})?$/),
  storageClass: fc.constantFrom('STANDARD', 'STANDARD_IA', 'GLACIER'),
});

describe('the fast scanner', () => {
  test.each([['Amazon S3', aws], ['Ceph', ceph]])('reads what the strict parser reads, from %s', (_, write) => {
    fc.assert(fc.property(fc.array(entry, { maxLength: 20 }), fc.boolean(), (entries, truncated) => {
      const xml = write(entries, truncated);
      const scanned = new ListScanner().scan(Buffer.from(xml));
      expect(scanned).toEqual(parseListDocument(xml));
      expect(scanned?.objects.map(({ key, size, lastModified, etag }) => ({ key, size, lastModified, etag }))).toEqual(
        entries.map(({ key, size, time, etag }) => ({ key, size, lastModified: time.getTime(), etag })),
      );
    }));
  });

  test.each([['Amazon S3', aws], ['Ceph', ceph]])('reads pages of any length, one after the other, from %s', (_, write) => {
    const scanner = new ListScanner();
    for (const [count, length] of [[3_000, 20], [1, 1], [1_000, 1_000], [0, 0], [1_024, 30], [5_000, 8]] as const) {
      const entries = Array.from({ length: count }, (__, i): Entry => ({
        key: `${'long/'.repeat(length / 5)}${i % 3 === 0 ? 'ä b' : 'c'}-${i}`, size: i, time: new Date(i * 1000), etag: i.toString(16), storageClass: i % 5 === 0 ? 'GLACIER' : 'STANDARD',
      }));
      const xml = write(entries, true);
      expect(scanner.scan(Buffer.from(xml))).toEqual(parseListDocument(xml));
    }
  });

  test('leaves an entry to the strict parser that is longer than any key', () => {
    const scanner = new ListScanner();
    const at = (key: string) => aws([{ key, size: 1, time: new Date(0), etag: 'e', storageClass: 'STANDARD' }], false);
    expect(scanner.scan(Buffer.from(at('k'.repeat(70_000))))).toBeUndefined();
    expect(scanner.scan(Buffer.from(at('k')))?.objects).toHaveLength(1);
  });

  test('an entry without an ETag stays without one after others', () => {
    const contents = ['<ETag>"a"</ETag>', '', '<ETag>"b"</ETag>'].map((etag, i) => `<Contents><Key>k${i}</Key><Size>1</Size>${etag}<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`);
    const xml = `${head}<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`;
    expect(new ListScanner().scan(Buffer.from(xml))?.objects.map(({ etag }) => etag)).toEqual(['a', undefined, 'b']);
  });

  test('never reads anything else than the strict parser, whatever the document', () => {
    const pieces = fc.constantFrom(
      '<Contents>', '</Contents>', '<Key>a</Key>', '<Key>a%2Bb+c</Key>', '<Key>a&amp;b</Key>', '<Key><![CDATA[x]]></Key>', '<Key>%</Key>', '<Size>5</Size>', '<Size>-5</Size>', '<Size> 5</Size>',
      '<LastModified>2026-01-01T00:00:00.000Z</LastModified>', '<LastModified>2026-01-01T00:00:00Z</LastModified>', '<LastModified>2026-01-01T24:00:00.000Z</LastModified>', '<ETag>"x"</ETag>', '<ETag>&#34;x&#34;</ETag>', '<ETag>x</ETag>',
      '<Owner><ID>1</ID></Owner>', '<Owner/>', '<StorageClass>STANDARD</StorageClass>', '<!-- <Contents> -->', '\n', '<IsTruncated>true</IsTruncated>', '<EncodingType>url</EncodingType>', '<New>x</New>',
    );
    const valid = ['<Key>k</Key>', '<Size>7</Size>', '<LastModified>2025-01-01T00:00:00.000Z</LastModified>'];
    const entries = fc.array(fc.array(pieces, { maxLength: 4 }).chain((extra) => fc.shuffledSubarray([...valid, ...extra], { minLength: valid.length })), { maxLength: 3 });
    fc.assert(fc.property(entries, fc.array(pieces, { maxLength: 2 }), (bodies, around) => {
      const inner = `<EncodingType>url</EncodingType>${bodies.map((body) => `<Contents>${body.join('')}</Contents>`).join(around[0] ?? '')}${around[1] ?? ''}`;
      const xml = `<ListBucketResult><IsTruncated>false</IsTruncated>${inner}</ListBucketResult>`;
      const scanned = outcome(() => new ListScanner().scan(Buffer.from(xml)));
      const parsed = outcome(() => parseListDocument(xml));
      if (scanned !== undefined && parsed !== undefined) expect(scanned).toEqual(parsed);
    }), { numRuns: 3000 });
  });
});

/** Undefined where it throws. */
function outcome<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

describe('the strict parser', () => {
  test('reads keys that are not encoded, exactly', () => {
    const keys = ['001', '1e3', ' lead', 'a&b<c>', 'line\u2028end', 'ü'];
    const contents = keys.map((key) => `<Contents><Key>${escapeXml(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>1</Size></Contents>\n`);
    expect(parseListDocument(`${head}<IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`).objects.map(({ key }) => key)).toEqual(keys);
  });

  test('reads control characters that are written as references', () => {
    const xml = `${head}<IsTruncated>false</IsTruncated><Contents><Key>a&#x1;b&#13;</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>1</Size></Contents></ListBucketResult>`;
    expect(parseListDocument(xml).objects[0]?.key).toBe('a\u0001b\r');
  });

  test.each([
    ['<ListBucketResult>', 'cut off'],
    ['<Other/>', 'another document'],
    ['<ListBucketResult></ListBucketResult>', 'no word about more'],
    ['<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents></ListBucketResult>', 'an entry without size'],
    ['<ListBucketResult><IsTruncated>false</IsTruncated><EncodingType>url</EncodingType><Contents><Key>%ff</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>1</Size></Contents></ListBucketResult>', 'a key that is no UTF-8'],
  ])('refuses %s (%s)', (xml) => {
    expect(() => parseListDocument(xml)).toThrow();
  });
});
