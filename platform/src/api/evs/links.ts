/** Links to what a path addresses, under the address and the version by which the caller came. */
import type { Link } from '@haulier/wire/evs/fields.ts';
import type { FastifyRequest } from 'fastify';

type Asked = Pick<FastifyRequest, 'protocol' | 'host' | 'url'>;

/** @param collection e.g. `os-volume-transfer` */
export function linksTo(request: Asked, project: string, collection: string, id: string): Link[] {
  const [, prefix = '', version = 'v2'] = /^(\/volume)?\/(v[\d.]+)\//.exec(request.url) ?? [];
  const base = `${baseOf(request)}${prefix}`;
  return [
    { href: `${base}/${version}/${project}/${collection}/${id}`, rel: 'self' },
    { href: `${base}/${project}/${collection}/${id}`, rel: 'bookmark' },
  ];
}

/** The page after the one that ends with `last`, with the same question. */
export function nextPage(request: Asked, last: string): Link[] {
  return next(request, (query) => {
    query.delete('offset');
    query.set('marker', last);
  });
}

/** The page that begins at `offset`, with the same question; for lists without markers. */
export function pageFrom(request: Asked, offset: number): Link[] {
  return next(request, (query) => query.set('offset', String(offset)));
}

function next(request: Asked, change: (query: URLSearchParams) => void): Link[] {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  change(searchParams);
  return [{ href: `${baseOf(request)}${pathname}?${searchParams.toString()}`, rel: 'next' }];
}

/** Scheme and host by which the caller reached us. */
export function baseOf({ protocol, host }: Pick<Asked, 'protocol' | 'host'>): string {
  return `${protocol}://${host}`;
}
