import { expect, test } from 'vitest';
import type { CdnAuthentication } from '../../object-store/cdn.ts';
import { signatures, type CdnRequest } from './signatures.ts';

const plain: CdnRequest = { method: 'GET', origin: 'https://cdn.example.com', bucket: 'bucket', path: '/a%20b', now: Date.UTC(2026, 0, 1), random: '0', key: '', accessKey: '', secretKey: '' };
const edgeOne = { key: 'DvYmqE81E1F9R791H6lmht', path: '/foo.jpg' };

/** Examples of the vendors' own pages, where they say what the key is. */
test.each<[string, CdnAuthentication, Partial<CdnRequest>, string]>([
  ['Alibaba Cloud CDN, type A', 'aliyun-a', { path: '/video/standard/1K.html', now: 1_444_435_200_000, key: 'aliyuncdnexp1234' }, '/video/standard/1K.html?auth_key=1444435200-0-0-80cd3862d699b7118eed99103f2a3a4f'],
  ['Alibaba Cloud CDN, type B', 'aliyun-b', { path: '/4/44/44c0909bcfc20a01afaf256ca99a8b8b.mp3', now: Date.UTC(2015, 7, 15, 0, 0, 59), key: 'aliyuncdnexp1234' }, '/201508150800/9044548ef1527deadafa49a890a377f0/4/44/44c0909bcfc20a01afaf256ca99a8b8b.mp3'],
  ['Tencent Cloud EdgeOne, method B', 'tencent-b', { ...edgeOne, now: Date.UTC(2024, 6, 15, 7, 33) }, '/202407151533/d1f0b51c6894231fc12e054fcc7f0b3e/foo.jpg'],
  ['Tencent Cloud EdgeOne, method C', 'tencent-c', { ...edgeOne, now: 0x6694d30a * 1000 }, '/6688749e8906a726c12fe1be3aacd016/6694d30a/foo.jpg'],
  ['Tencent Cloud EdgeOne, method D', 'tencent-d', { ...edgeOne, now: 1_721_029_907_000 }, '/foo.jpg?sign=cadcec4a04e67b9c2abf4b61c642a0dd&t=1721029907'],
  ['Qiniu, download token', 'qiniu', { origin: 'http://78re52.com1.z0.glb.clouddn.com', path: '/resource/flower.jpg', now: (1_451_491_200 - 3600) * 1000, accessKey: 'MY_ACCESS_KEY', secretKey: 'MY_SECRET_KEY' }, '/resource/flower.jpg?e=1451491200&token=MY_ACCESS_KEY:438dd8pXocjYuF-6dTcKMtETB2g='],
])('signs as the example of %s', (_, type, request, target) => {
  expect(signatures[type]({ ...plain, ...request })).toBe(target);
});

/** What the pages say of those without an example, put together by hand. */
test.each<[string, CdnAuthentication, Partial<CdnRequest>, string]>([
  ['nothing', 'none', {}, '/a%20b'],
  ['a random text between time and user', 'tencent-a', { random: 'r4', key: 'k' }, '/a%20b?sign=1767225600-r4-0-7dac30819d9fc8aea1287c81630c6be4'],
  ['time in hexadecimal behind the digest', 'aliyun-c', { key: 'aliyuncdnexp1234', path: '/test.flv', now: 0x55ce8100 * 1000 }, '/c6880e19a04f71f9a585d0394cf0794e/55ce8100/test.flv'],
  ['a token of the user behind the container', 'azure-sas', { key: '?sv=2024&sig=a%2Bb%3D' }, '/bucket/a%20b?sv=2024&sig=a%2Bb%3D'],
])('signs with %s', (_, type, request, target) => {
  expect(signatures[type]({ ...plain, ...request })).toBe(target);
});

test('signs for Kingsoft with the method, the end and the bucket', () => {
  const get = signatures.kingsoft({ ...plain, accessKey: 'AK+', secretKey: 'SK' });
  expect(get).toBe('/a%20b?KSSAccessKeyId=AK%2B&Expires=1767229200&Signature=hipsN63Z5cfU0tZGMVAfvYkQDL8%3D');
  expect(signatures.kingsoft({ ...plain, accessKey: 'AK+', secretKey: 'SK', method: 'HEAD' })).not.toBe(get);
});
