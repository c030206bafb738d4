import { describe, expect, test } from 'vitest';
import { builtInRegions, embeddedStore } from './built-in-regions.ts';
import { createCatalogue } from './catalogue.ts';

const own = { cloud: 'AWS', region: 'us-east-1', endpoint: 'http://127.0.0.1:9000', addressing: 'path', signature: 'v2' } as const;

describe('the region catalogue', () => {
  test.each([
    ['AWS', 'us-east-1', 'https://s3.us-east-1.amazonaws.com'],
    ['AWS', 'cn-north-1', 'https://s3.cn-north-1.amazonaws.com.cn'],
    ['HEC', 'cn-north-1', 'https://obs.cn-north-1.myhuaweicloud.com'],
    ['HuaweiCloud', 'eu-west-101', 'https://obs.eu-west-101.myhuaweicloud.eu'],
    ['Aliyun', 'cn-beijing', 'https://oss-cn-beijing.aliyuncs.com'],
    ['Tencent', 'ap-guangzhou', 'https://cos.ap-guangzhou.myqcloud.com'],
    ['Azure', 'westeurope', 'https://blob.core.windows.net'],
    ['Azure', 'chinaeast2', 'https://blob.core.chinacloudapi.cn'],
    ['Google', 'us', 'https://storage.googleapis.com'],
    ['Local', 'local', 'file:///data/stores/local'],
  ])('knows %s %s', (cloud, region, endpoint) => {
    expect(createCatalogue(builtInRegions(), embeddedStore('file:///data/stores/local')).find(cloud, region)?.endpoint).toBe(endpoint);
  });

  test.each([['AWS', 'nowhere'], ['Nobody', 'us-east-1'], ['constructor', 'name'], ['AWS', '__proto__'], ['HEC', 'local']])('guesses nothing for %s %s', (cloud, region) => {
    expect(createCatalogue(builtInRegions()).find(cloud, region)).toBeUndefined();
  });

  test('the user’s own entry wins and keeps its place', () => {
    const catalogue = createCatalogue(builtInRegions(), [own]);
    expect(catalogue.find('AWS', 'us-east-1')).toEqual(own);
    expect(catalogue.all().filter(({ cloud, region }) => cloud === 'AWS' && region === 'us-east-1')).toEqual([own]);
    expect(catalogue.all()[0]).toEqual(own);
  });

  test('the default of a cloud is the first of the user’s own, else the first public one', () => {
    const other = { ...own, region: 'mine' };
    expect(createCatalogue(builtInRegions()).defaultOf('AWS')?.region).toBe('us-east-1');
    expect(createCatalogue(builtInRegions(), embeddedStore('file:///data'), [{ ...own, cloud: 'HEC' }, other, own]).defaultOf('AWS')).toEqual(other);
    expect(createCatalogue(builtInRegions(), embeddedStore('file:///data'), [own]).defaultOf('Local')?.region).toBe('local');
    expect(createCatalogue(builtInRegions()).defaultOf('Nobody')).toBeUndefined();
  });

  test('every built-in endpoint is a bare HTTPS origin', () => {
    for (const { endpoint } of builtInRegions()) expect(new URL(endpoint).origin).toBe(endpoint);
  });

  test('no cloud has a region twice', () => {
    const names = builtInRegions().map(({ cloud, region }) => `${cloud}/${region}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
