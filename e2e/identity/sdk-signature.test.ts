/** What the SDK core signs is what we verify: for any query and body, without a network in between. */
import fc from 'fast-check';
import { stringify } from 'node:querystring';
import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js';
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js';
import { readClaim, verifySignature } from '@haulier/platform/api/auth/sdk-hmac-sha256.ts';
import { expect, test } from 'vitest';

/** Names that sort alike by UTF-16 units, as the SDK sorts, and by bytes, as we do: nothing above U+D7FF. */
const text = fc.string({ unit: fc.integer({ min: 1, max: 0xd7ff }).map((unit) => String.fromCharCode(unit)), maxLength: 12 });
const value = fc.oneof(text, fc.integer(), fc.boolean());
const query = fc.dictionary(text, fc.oneof(value, fc.array(text, { minLength: 1, maxLength: 3 })), { maxKeys: 6 });
const path = fc.array(fc.stringMatching(/^[A-Za-z0-9._~-]{0,8}$/), { minLength: 1, maxLength: 5 }).map((segments) => `/v2/${segments.join('/')}`);

test('the verifier accepts every request that the SDK core signs', () => {
  const credential = new BasicCredentials().withAk('AK').withSk('sk').withProjectId('p');
  fc.assert(fc.property(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'), path, query, fc.option(fc.jsonValue().map((json) => ({ json }))), (method, pathname, queryParams, data) => {
    const request = {
      method, url: pathname, endpoint: `https://oms.example.com${pathname}`, queryParams, data: data ?? undefined,
      headers: { 'content-type': 'application/json', 'X-Project-Id': 'p' },
    };
    const signed = new Map(Object.entries<string>(AKSKSigner.sign({ ...request, queryParams: structuredClone(queryParams) }, credential)).map(([name, header]) => [name.toLowerCase(), header]));
    const search = stringify(queryParams);
    const received = {
      method, target: pathname + (search === '' ? '' : `?${search}`), header: (name: string) => signed.get(name),
      body: Buffer.from(data === null ? '' : JSON.stringify(data)),
    };
    const claim = readClaim(received.header, Date.now());
    if (claim === undefined) throw new Error('the SDK signed nothing');
    expect(claim).toMatchObject({ accessKey: 'AK' });
    verifySignature(claim, received, 'sk');
  }), { numRuns: 500 });
});
