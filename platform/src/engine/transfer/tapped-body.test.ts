import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bytesSource, collectBytes, type ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import { TappedBody } from './tapped-body.ts';
import { endedAfter, lentBytes } from './testing/lent-bytes.ts';
import { content, never } from './testing/setting.ts';

const unlimited = { take: () => undefined };
const bytes = content(1_000);

describe('TappedBody', () => {
  it('passes every chunk on as it is', async () => {
    const chunks: Uint8Array[] = [];
    const chunk = Buffer.from('abc');
    await new TappedBody(bytesSource(chunk), 3, unlimited, never).pipe({
      write(passed) {
        chunks.push(passed);
        return undefined;
      },
    });
    expect(chunks[0]).toBe(chunk);
  });

  it('shows the bytes to an onlooker in order', async () => {
    const seen: Buffer[] = [];
    const body = new TappedBody(lentBytes(bytes, never), 1_000, unlimited, never, { update: (chunk) => void seen.push(Buffer.from(chunk)) });
    expect(await collectBytes(body, 1_000)).toEqual(bytes);
    expect(Buffer.concat(seen)).toEqual(bytes);
  });

  it('refuses to end early or late', async () => {
    const short = new TappedBody(endedAfter(lentBytes(bytes, never), 999), 1_000, unlimited, never);
    await expect(collectBytes(short, 1_000)).rejects.toMatchObject({ kind: 'transient' });
    expect(short.sourceBroke).toBe(true);
    const long = new TappedBody(lentBytes(bytes, never), 999, unlimited, never);
    await expect(collectBytes(long, 1_000)).rejects.toMatchObject({ kind: 'corrupt' });
    expect(long.sourceBroke).toBe(true);
  });

  it('knows that the sink broke', async () => {
    const body = new TappedBody(lentBytes(bytes, never), 1_000, unlimited, never);
    await expect(body.pipe({ write: () => Promise.reject(new Error('sink')) })).rejects.toThrow('sink');
    expect(body.sourceBroke).toBe(false);
  });

  it('does not blame a source that was given up', async () => {
    let fail: (error: Error) => void = () => {};
    const hanging: ByteSource = { length: 1, pipe: () => new Promise((_, reject) => (fail = reject)), discard: () => fail(new Error('given up')) };
    const body = new TappedBody(hanging, 1, unlimited, never);
    const piped = body.pipe({ write: () => undefined });
    body.discard();
    await expect(piped).rejects.toThrow('given up');
    expect(body.sourceBroke).toBe(false);
  });

  it('keeps the order of chunks that wait for bandwidth and are lent several at a time', async () => {
    const waits = [5, 1, undefined, 3, undefined];
    const bandwidth = {
      take() {
        const wait = waits.shift();
        return wait === undefined ? undefined : sleep(wait);
      },
    };
    const eager: ByteSource = {
      length: 5,
      async pipe(sink) {
        await Promise.all(['a', 'b', 'c', 'd', 'e'].map(async (letter) => sink.write(Buffer.from(letter))));
      },
      discard() {},
    };
    expect((await collectBytes(new TappedBody(eager, 5, bandwidth, never), 5)).toString()).toBe('abcde');
  });
});
