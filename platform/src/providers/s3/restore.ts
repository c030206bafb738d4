import { hash } from 'node:crypto';
import type { ArchiveRestore, StoredObject } from '../../object-store/object-store.ts';
import { isFailure } from '../../object-store/failure.ts';
import type { S3Objects } from './objects.ts';
import type { S3Call, S3Requests } from './s3-requests.ts';

/**
 * The body of a restore request for an object that is archived: how long its copy is to stay, and where the cloud wants to be
 * told, how fast it is to come. Empty where the cloud takes no body. A cloud that keeps copies no longer than so many days is
 * asked for those.
 */
export type RestoreDocument = (object: StoredObject, days: number) => string;

/** Refusals that say what the caller wants to know. */
const answerOfCode: Readonly<Record<string, 'requested' | 'readable'>> = { RestoreAlreadyInProgress: 'requested', ObjectHasAlreadyRestored: 'readable' };

/** `POST ?restore`, which every S3-compatible cloud with archives has. */
export class S3Restore implements ArchiveRestore {
  readonly #requests: S3Requests;
  readonly #objects: S3Objects;
  readonly #documentOf: RestoreDocument;

  constructor(requests: S3Requests, objects: S3Objects, documentOf: RestoreDocument) {
    this.#requests = requests;
    this.#objects = objects;
    this.#documentOf = documentOf;
  }

  /** What is asked depends on the object's class, so the object is looked at first. */
  async request(key: string, days: number, signal: AbortSignal): Promise<'requested' | 'readable'> {
    const object = await this.#objects.stat(key, signal);
    if (!object.archived) return 'readable';
    if (object.restoring === true) return 'requested';
    const document = this.#documentOf(object, days);
    const headers: S3Call['headers'] = [['content-md5', hash('md5', document, 'base64')], ['content-type', 'application/xml']];
    const body: Pick<S3Call, 'headers' | 'body'> = document === '' ? {} : { headers, body: Buffer.from(document) };
    try {
      const response = await this.#requests.send({ method: 'POST', key, query: [['restore', '']], ...body }, signal);
      response.body.discard();
      return response.status === 200 ? 'readable' : 'requested';
    } catch (error) {
      const answer = isFailure(error) ? answerOfCode[error.code ?? ''] : undefined;
      if (answer === undefined) throw error;
      return answer;
    }
  }
}

/** `<RestoreRequest>` for so many days, with what the cloud puts beside them. */
export function restoreRequest(days: number | undefined, more = ''): string {
  return `<RestoreRequest>${days === undefined ? '' : `<Days>${days}</Days>`}${more}</RestoreRequest>`;
}
