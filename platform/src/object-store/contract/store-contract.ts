import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeCopying } from './copying-contract.ts';
import { never, type StoreFixture } from './fixture.ts';
import { describeFolders } from './folders-contract.ts';
import { describeKeys } from './keys-contract.ts';
import { describeListing } from './listing-contract.ts';
import { describeMultipart } from './multipart-contract.ts';
import { describeReading } from './reading-contract.ts';
import { describeWriting } from './writing-contract.ts';

/**
 * What the engine relies on at every store, as tests. A provider calls this once, with buckets of a real store.
 *
 * Optional capabilities and traits are tested where the store has them.
 */
export function describeStoreContract(name: string, makeFixture: () => Promise<StoreFixture>): void {
  describe(`${name} keeps the store contract`, () => {
    let made: StoreFixture | undefined;
    const fixture = (): StoreFixture => {
      if (made === undefined) throw new Error('the fixture was not made');
      return made;
    };
    beforeAll(async () => {
      made = await makeFixture();
    });
    afterAll(async () => {
      await made?.close();
    });

    describeListing(fixture);
    describeFolders(fixture);
    describeKeys(fixture);
    describeReading(fixture);
    describeWriting(fixture);
    describeMultipart(fixture);
    describeCopying(fixture);

    describe('the bucket', () => {
      test('that is there can be used', async () => {
        const store = await fixture().newBucket();
        await expect(store.checkBucket(never)).resolves.toBeUndefined();
      });

      test('that is not there is named so', async ({ skip }) => {
        const missing = fixture().missing ?? skip();
        await expect(missing.checkBucket(never)).rejects.toMatchObject({ kind: 'no-bucket' });
        await expect(missing.list({ prefix: '', from: { kind: 'start' } }, never)).rejects.toMatchObject({ kind: 'no-bucket' });
      });

      test('is closed to a wrong secret', async ({ skip }) => {
        const stranger = fixture().stranger ?? skip();
        await expect(stranger.checkBucket(never)).rejects.toMatchObject({ kind: 'bad-credentials' });
      });
    });
  });
}
