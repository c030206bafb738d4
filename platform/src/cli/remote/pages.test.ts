import { expect, it } from 'vitest';
import { allPages } from './pages.ts';

function library(count: number) {
  const asked: string[] = [];
  const ask = ({ limit, offset }: { readonly limit: string; readonly offset: string }) => {
    asked.push(`${limit} from ${offset}`);
    return Promise.resolve({ count, books: Array.from({ length: Math.max(0, Math.min(Number(limit), count - Number(offset))) }, (_, index) => Number(offset) + index) });
  };
  return { ask, asked };
}

it('gives the page that is asked for', async () => {
  const { ask, asked } = library(300);
  expect(await allPages({ limit: '50', offset: '250' }, ask, 'books')).toEqual({ count: 300, books: Array.from({ length: 50 }, (_, index) => 250 + index) });
  expect(asked).toEqual(['50 from 250']);
});

it.each([[0, 1], [199, 1], [200, 1], [201, 2], [300, 2], [400, 2], [1000, 5]])('gives all of %i in %i questions', async (count, questions) => {
  const { ask, asked } = library(count);
  expect(await allPages({ limit: '50', offset: '0', all: true }, ask, 'books')).toEqual({ count, books: Array.from({ length: count }, (_, index) => index) });
  expect(asked).toHaveLength(questions);
});

it('ends when there is less than was said', async () => {
  const { ask } = library(250);
  const { books } = await allPages({ limit: '50', offset: '0', all: true }, async (page) => ({ ...await ask(page), count: 900 }), 'books');
  expect(books).toHaveLength(250);
});

it('refuses a beginning that is none', async () => {
  await expect(allPages({ limit: '50', offset: '10', all: true }, library(1).ask, 'books')).rejects.toThrow('leave --offset out');
});
