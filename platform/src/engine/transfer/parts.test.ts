import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compositeEtag, partCount, partRange, planParts, resumedPlan, type PartLimits, type PartPlan } from './parts.ts';

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;
const s3: PartLimits = { minPartBytes: 5 * MiB, maxPartBytes: 5 * GiB, maxParts: 10_000 };
const md5 = 'd41d8cd98f00b204e9800998ecf8427e';

function planned(size: number, etag?: string): PartPlan {
  const plan = planParts(size, etag, s3, 16 * MiB);
  if (plan === undefined) throw new Error('no plan');
  return plan;
}

const sizes = fc.oneof(fc.integer({ min: 1, max: 300 * MiB }), fc.integer({ min: 1, max: 48 * 1024 * GiB }));
const etags = fc.option(fc.integer({ min: 1, max: 12_000 }).map((count) => `${md5}-${count}`), { nil: undefined });

describe('planParts', () => {
  it('covers every byte once with equal parts within the limits of the destination', () => {
    fc.assert(fc.property(sizes, etags, (size, etag) => {
      const plan = planned(size, etag);
      const count = partCount(plan);
      expect(count).toBeLessThanOrEqual(s3.maxParts);
      expect(plan.partBytes).toBeGreaterThanOrEqual(s3.minPartBytes);
      expect(plan.partBytes).toBeLessThanOrEqual(s3.maxPartBytes);
      const last = partRange(plan, count);
      expect(partRange(plan, 1).first).toBe(0);
      expect(last.last).toBe(size - 1);
      expect(last.bytes).toBeGreaterThan(0);
      if (count > 1) {
        const middle = partRange(plan, Math.ceil(count / 2));
        expect(partRange(plan, middle.number + 1).first).toBe(middle.last + 1);
        expect(middle.bytes).toBe(middle.number < count ? plan.partBytes : last.bytes);
      }
    }));
  });

  it('keeps boundaries only where the number of parts comes out as the ETag says', () => {
    fc.assert(fc.property(sizes, etags, (size, etag) => {
      const plan = planned(size, etag);
      if (plan.keepsBoundaries) expect(etag?.endsWith(`-${partCount(plan)}`)).toBe(true);
    }));
  });

  it('finds the part sizes that common uploaders use, unless a likelier one gives as many parts', () => {
    fc.assert(fc.property(fc.constantFrom(5, 8, 15, 16, 32, 64, 100, 128), fc.integer({ min: 2, max: 9_999 }), fc.integer({ min: 1 }), (mebibytes, full, extra) => {
      const size = full * mebibytes * MiB + (extra % (mebibytes * MiB));
      const plan = planned(size, `${md5}-${Math.ceil(size / (mebibytes * MiB))}`);
      expect(plan.keepsBoundaries).toBe(true);
      if (full > 200) expect(plan.partBytes).toBe(mebibytes * MiB);
    }));
  });

  it.each([
    { name: 'of 16 MiB for a 2 GiB object of 128 parts', size: 2 * GiB, etag: `${md5}-128`, partBytes: 16 * MiB, keeps: true },
    { name: 'of 8 MiB, the AWS command line', size: 100 * MiB + 1, etag: `${md5}-13`, partBytes: 8 * MiB, keeps: true },
    { name: 'of 17 MiB when no common size fits', size: 17 * 7 * MiB, etag: `${md5}-7`, partBytes: 17 * MiB, keeps: true },
    { name: 'as one for an object of one part', size: 100 * MiB, etag: `${md5}-1`, partBytes: 100 * MiB, keeps: true },
    { name: 'not below the destination\'s smallest', size: 100 * MiB, etag: `${md5}-100`, partBytes: 16 * MiB, keeps: false },
    { name: 'not of sizes that are no whole MiB', size: 5_000_000 * 2_000, etag: `${md5}-2000`, partBytes: 16 * MiB, keeps: false },
    { name: 'of our own choice for a plain MD5', size: 2 * GiB, etag: md5, partBytes: 16 * MiB, keeps: false },
    { name: 'growing with the object', size: 32 * GiB, etag: undefined, partBytes: 33 * MiB, keeps: false },
    { name: 'of 64 MiB for large ones', size: 500 * GiB, etag: undefined, partBytes: 64 * MiB, keeps: false },
    { name: 'larger only where 10,000 parts would not do', size: 5 * 1024 * GiB, etag: undefined, partBytes: 525 * MiB, keeps: false },
  ])('cuts parts $name', ({ size, etag, partBytes, keeps }) => {
    expect(planned(size, etag)).toEqual({ size, partBytes, keepsBoundaries: keeps });
  });

  it('has no cut for an object above the destination\'s most', () => {
    expect(planParts(1_000, undefined, { minPartBytes: 1, maxPartBytes: 9, maxParts: 100 }, 5)).toBeUndefined();
    expect(planParts(900, undefined, { minPartBytes: 1, maxPartBytes: 9, maxParts: 100 }, 5)?.partBytes).toBe(9);
  });
});

describe('resumedPlan', () => {
  it('says again whether the boundaries are the source\'s', () => {
    expect(resumedPlan(2 * GiB, 16 * MiB, `${md5}-128`).keepsBoundaries).toBe(true);
    expect(resumedPlan(2 * GiB, 32 * MiB, `${md5}-128`).keepsBoundaries).toBe(false);
    expect(resumedPlan(2 * GiB, 16 * MiB, md5).keepsBoundaries).toBe(false);
    expect(resumedPlan(2 * GiB, 16 * MiB, undefined).keepsBoundaries).toBe(false);
  });
});

describe('compositeEtag', () => {
  it('is the MD5 of the parts\' MD5s', () => {
    const parts = [Buffer.from('a'), Buffer.from('b')].map((bytes) => createHash('md5').update(bytes).digest());
    expect(compositeEtag(parts.map((part) => part.toString('hex').toUpperCase()))).toBe(`${createHash('md5').update(Buffer.concat(parts)).digest('hex')}-2`);
  });

  it('is undefined where a part\'s ETag is no MD5', () => {
    expect(compositeEtag([md5, 'opaque'])).toBeUndefined();
    expect(compositeEtag([md5, undefined])).toBeUndefined();
  });
});
