import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Md5 } from './md5.ts';

describe('Md5', () => {
  it('equals the one-shot digest for any cut of the bytes, with and without a known length', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 }), fc.boolean(), (chunks, known) => {
      const all = Buffer.concat(chunks);
      const md5 = new Md5(known ? all.length : undefined);
      for (const chunk of chunks) md5.update(chunk);
      expect(md5.hex()).toBe(createHash('md5').update(all).digest('hex'));
    }));
  });

  it('has read a chunk when update returns', () => {
    const chunk = Buffer.from('abc');
    const md5 = new Md5(6);
    md5.update(chunk);
    chunk.fill(0);
    md5.update(Buffer.from('def'));
    expect(md5.hex()).toBe('e80b5017098950fc58aad83c8c14978e');
  });

  it('refuses bytes beyond the announced length', () => {
    const md5 = new Md5(1);
    md5.update(Buffer.from('a'));
    expect(() => md5.update(Buffer.from('b'))).toThrow(RangeError);
  });
});
