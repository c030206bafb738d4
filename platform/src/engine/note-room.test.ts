import { expect, test } from 'vitest';
import { NoteRoom } from './note-room.ts';

test('what was given back is taken again', () => {
  const room = new NoteRoom();
  const first = room.take(100_000);
  room.give(first);
  expect(room.take(90_000)).toBe(first);
  expect(room.take(90_000)).not.toBe(first);
});

test('pages that have grown replace the smaller ones', () => {
  const room = new NoteRoom();
  const [small, other] = [room.take(1_000), room.take(1_000)];
  room.give(small);
  room.give(other);
  const large = room.take(200_000);
  expect(large.byteLength).toBeGreaterThanOrEqual(200_000);
  room.give(large);
  expect(room.take(200_000)).toBe(large);
  expect([room.take(1_000)]).toEqual([other]);
});

test('what waits to be used again is bounded', () => {
  const room = new NoteRoom();
  const pages = Array.from({ length: 40 }, () => room.take(2_000_000));
  for (const page of pages) room.give(page);
  const again = Array.from({ length: 40 }, () => room.take(2_000_000));
  expect(again.filter((page) => pages.includes(page)).length * 2_000_000).toBeLessThanOrEqual(8 * 1024 * 1024);
});
