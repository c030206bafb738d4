import type { StoredObject } from '../../object-store/object-store.ts';
import { versionOf } from './version-token.ts';

/** A source that tells no length shows a negative one. */
export const UNTOLD = -1;

interface Answer {
  header(name: string): string | undefined;
}

/** What the headers of an answer tell. `size` is of the whole object. */
export function storedObject(key: string, size: number, answer: Answer): StoredObject {
  const modified = Date.parse(answer.header('last-modified') ?? '');
  return {
    key,
    size,
    lastModified: Number.isNaN(modified) ? 0 : modified,
    etag: versionOf(answer),
    metadata: {
      contentType: answer.header('content-type'),
      contentEncoding: coding(answer.header('content-encoding')),
      contentLanguage: answer.header('content-language'),
      contentDisposition: answer.header('content-disposition'),
      cacheControl: answer.header('cache-control'),
      expires: answer.header('expires'),
      user: {},
    },
    archived: false,
    keyEncrypted: false,
  };
}

function coding(value: string | undefined): string | undefined {
  return value?.toLowerCase() === 'identity' ? undefined : value;
}
