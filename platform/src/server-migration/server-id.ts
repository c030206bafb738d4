import { isUuid } from '@haulier/lib/uuid/uuid.ts';
import type { DomainId, ServerTaskId, SourceId } from './server.ts';

function isSourceId(text: string): text is SourceId {
  return isUuid(text);
}

function isServerTaskId(text: string): text is ServerTaskId {
  return isUuid(text);
}

function isDomainId(text: string): text is DomainId {
  return text !== '';
}

/** Undefined where no source can have this id. */
export function sourceIdOf(text: string): SourceId | undefined {
  const lower = text.toLowerCase();
  return isSourceId(lower) ? lower : undefined;
}

/** Undefined where no task can have this id. */
export function serverTaskIdOf(text: string): ServerTaskId | undefined {
  const lower = text.toLowerCase();
  return isServerTaskId(lower) ? lower : undefined;
}

/** Throws RangeError for a text that is no source's id. */
export function sourceId(text: string): SourceId {
  const id = sourceIdOf(text);
  if (id === undefined) throw new RangeError(`${text} is not the id of a source server`);
  return id;
}

/** Throws RangeError for a text that is no task's id. */
export function serverTaskId(text: string): ServerTaskId {
  const id = serverTaskIdOf(text);
  if (id === undefined) throw new RangeError(`${text} is not the id of a server's task`);
  return id;
}

/** Throws RangeError for an empty text. */
export function domainId(text: string): DomainId {
  if (!isDomainId(text)) throw new RangeError('a domain has no id');
  return text;
}
