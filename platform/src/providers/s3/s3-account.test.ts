import { afterEach, describe, expect, test } from 'vitest';
import type { ObjectAccount } from '../../object-store/object-account.ts';
import { aws } from '../aws/provider.ts';
import { amazonRegion } from '../aws/region-names.ts';
import { createS3Account, type RegionNaming } from './s3-account.ts';
import { fakeStore, type FakeAnswer, type SeenRequest } from './testing/fake-store.ts';

const never = new AbortController().signal;
const credentials = { accessKey: 'ak', secretKey: 'sk' };
const asAmazon: RegionNaming = { home: 'us-east-1', nameOf: amazonRegion };

const accounts: ObjectAccount[] = [];
afterEach(async () => {
  for (const account of accounts.splice(0)) await account.close();
});

async function account(naming: RegionNaming, answer: (request: SeenRequest, n: number) => FakeAnswer) {
  const { endpoint, seen } = await fakeStore(answer);
  const opened = createS3Account((bucket) => ({ endpoint, region: 'us-east-1', addressing: 'path', bucket, credentials, now: () => 0 }), naming);
  accounts.push(opened);
  return { account: opened, seen };
}

const refused = (code: string, status: number, more: FakeAnswer = {}): FakeAnswer => ({ status, body: `<Error><Code>${code}</Code></Error>`, ...more });
const located = (location: string): FakeAnswer => ({ body: `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${location}</LocationConstraint>` });
const list = (inside: string, after = ''): FakeAnswer => ({ body: `<ListAllMyBucketsResult><Owner><ID>o</ID></Owner><Buckets>${inside}</Buckets>${after}</ListAllMyBucketsResult>` });

describe('the list of buckets', () => {
  test('is asked of the endpoint itself, page by page', async () => {
    const { account: cloud, seen } = await account(asAmazon, (_, n) => (
      n === 0 ? list('<Bucket><Name>b-1</Name></Bucket>', '<ContinuationToken>t</ContinuationToken>') : list('<Bucket><Name>a-2</Name><BucketRegion>eu-west-1</BucketRegion></Bucket>')
    ));
    expect(await cloud.listBuckets(never)).toEqual([{ name: 'b-1', region: undefined }, { name: 'a-2', region: 'eu-west-1' }]);
    expect(seen.map(({ method, target }) => `${method} ${target}`)).toEqual(['GET /', 'GET /?continuation-token=t']);
  });

  test('goes on at a marker where a cloud has no token', async () => {
    const more = '<IsTruncated>true</IsTruncated><NextMarker>b-1</NextMarker>';
    const { account: cloud, seen } = await account(asAmazon, (_, n) => (n === 0 ? list('<Bucket><Name>b-1</Name></Bucket>', more) : list('<Bucket><Name>c-2</Name></Bucket>', '<IsTruncated>false</IsTruncated>')));
    expect((await cloud.listBuckets(never)).map(({ name }) => name)).toEqual(['b-1', 'c-2']);
    expect(seen.map(({ target }) => target)).toEqual(['/', '/?marker=b-1']);
  });

  test('may be empty', async () => {
    expect(await (await account(asAmazon, () => list(''))).account.listBuckets(never)).toEqual([]);
  });

  test.each([
    ['that goes round', list('', '<ContinuationToken>t</ContinuationToken>'), 'protocol'],
    ['of objects', { body: '<ListBucketResult/>' }, 'protocol'],
    ['that is no XML', { body: 'hello' }, 'protocol'],
    ['for a wrong key', refused('InvalidAccessKeyId', 403), 'bad-credentials'],
    ['that is refused', refused('AccessDenied', 403), 'denied'],
  ] as const)('%s fails', async (_, answer, kind) => {
    await expect((await account(asAmazon, () => answer)).account.listBuckets(never)).rejects.toMatchObject({ kind });
  });
});

describe('the region of a bucket at Amazon', () => {
  test.each([['', 'us-east-1'], ['EU', 'eu-west-1'], ['ap-south-1', 'ap-south-1']])('from the location %j is %s', async (location, region) => {
    const { account: cloud, seen } = await account(asAmazon, () => located(location));
    expect(await cloud.regionOf('b', never)).toBe(region);
    expect(seen.map(({ target }) => target)).toEqual(['/b?location=']);
  });

  test('is taken from a redirect', async () => {
    const redirect = refused('PermanentRedirect', 301, { headers: { 'x-amz-bucket-region': 'eu-north-1' } });
    expect(await (await account(asAmazon, () => redirect)).account.regionOf('b', never)).toBe('eu-north-1');
  });

  test('is taken from HEAD where the location may not be asked', async () => {
    const { account: cloud } = await account(asAmazon, ({ method }) => (method === 'HEAD' ? { headers: { 'x-amz-bucket-region': 'eu-west-3' } } : refused('AccessDenied', 403)));
    expect(await cloud.regionOf('b', never)).toBe('eu-west-3');
  });

  test.each([['AccessDenied', 403, 'denied'], ['NoSuchBucket', 404, 'no-bucket'], ['SignatureDoesNotMatch', 403, 'bad-credentials']] as const)('fails with %s', async (code, status, kind) => {
    const { account: cloud } = await account(asAmazon, ({ method }) => (method === 'HEAD' ? { status } : refused(code, status)));
    await expect(cloud.regionOf('b', never)).rejects.toMatchObject({ kind });
  });
});

describe('the region of a bucket at an endpoint of the user', () => {
  async function own(answer: (request: SeenRequest, n: number) => FakeAnswer, signingRegion?: string): Promise<ObjectAccount> {
    const { endpoint } = await fakeStore(answer);
    const entry = { cloud: 'AWS', region: 'mine', endpoint, addressing: 'path', signature: 'v4', ...(signingRegion === undefined ? {} : { signingRegion }) } as const;
    const opened = aws.openAccount(entry, { credentials, runtime: { clock: { now: () => 0 }, uniqueName: () => '' } });
    accounts.push(opened);
    return opened;
  }

  test.each(['', 'default'])('with the location %j is that region when it serves the bucket', async (location) => {
    expect(await (await own(({ method }) => (method === 'HEAD' ? {} : located(location)))).regionOf('b', never)).toBe('mine');
  });

  test('is that region by its name in signatures, and no more is asked', async () => {
    expect(await (await own(({ method }) => (method === 'HEAD' ? { status: 500 } : located('zone')), 'zone')).regionOf('b', never)).toBe('mine');
  });

  test('is the location itself when another endpoint serves the bucket', async () => {
    expect(await (await own(({ method }) => (method === 'HEAD' ? { status: 301 } : located('elsewhere')))).regionOf('b', never)).toBe('elsewhere');
  });
});
