/** What went wrong with a request, before it is told in the words of EVS or of Cinder. */
import type { CountedQuota } from '../../volumes/volume.ts';
import { VolumeRefusal, type Refusal, type VolumeAction } from '../../volumes/volumes.ts';
import { problemOf, type HttpProblem } from '../http-problem.ts';
import { BrokenInput } from '../read-by-schema.ts';

export type Fault =
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  | { readonly kind: 'input'; readonly path: string; readonly sentence: string }
  /** A documented option or operation that does not act here. */
  | { readonly kind: 'not-served'; readonly what: string; readonly sentence: string }
  | { readonly kind: 'read-only' | 'metadata-too-large' }
  | { readonly kind: 'no-such-metadata'; readonly key: string }
  /** A microversion that is none, or none of ours. */
  | { readonly kind: 'bad-version' | 'other-version'; readonly sentence: string }
  | { readonly kind: 'http'; readonly problem: HttpProblem };

/** Thrown by the routes. */
export class RequestFault extends Error {
  override readonly name = 'RequestFault';
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.kind);
    this.fault = fault;
  }
}

/** @param what the field or operation, as the documents name it @param instead what to do, as a sentence */
export function notServed(what: string, instead: string): RequestFault {
  return new RequestFault({ kind: 'not-served', what, sentence: `'${what}' does nothing here and is refused rather than ignored. ${instead}` });
}

export function faultOf(error: unknown): Fault {
  if (error instanceof RequestFault) return error.fault;
  if (error instanceof VolumeRefusal) return { kind: 'refusal', refusal: error.refusal };
  if (error instanceof BrokenInput) return { kind: 'input', path: error.path, sentence: error.message };
  return { kind: 'http', problem: problemOf(error) };
}

const doing: Readonly<Record<VolumeAction, string>> = {
  'delete': 'deleting it', 'extend': 'extending it', 'attach': 'attaching it', 'detach': 'detaching it', 'reserve': 'reserving it', 'unreserve': 'releasing it',
  'begin-detaching': 'detaching it', 'roll-detaching': 'keeping it attached', 'snapshot': 'taking a snapshot of it', 'rollback': 'rolling it back', 'transfer': 'offering it to another project',
  'accept': 'accepting it', 'clone': 'making a disk of it', 'update': 'changing it',
};

const quotas: Readonly<Record<CountedQuota, string>> = { volumes: 'disks', gigabytes: 'GB', snapshots: 'snapshots' };

/** What happened, to what. */
export function sentenceOf(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'no-such-volume': return `Volume ${refusal.id} could not be found.`;
    case 'no-such-snapshot': return `Snapshot ${refusal.id} could not be found.`;
    case 'no-such-transfer': return `Transfer ${refusal.id} could not be found.`;
    case 'no-such-job': return `Job ${refusal.id} could not be found.`;
    case 'no-such-type': return `Volume type ${refusal.type} could not be found: see the types that there are.`;
    case 'no-such-zone': return `Availability zone ${refusal.zone} has no disks of this type: see the zones that there are.`;
    case 'volume-busy': return `Volume ${refusal.id} is ${refusal.state}, which does not allow ${doing[refusal.action]}${refusal.state === 'awaiting-transfer' ? ': its transfer has to be accepted or deleted first' : ''}.`;
    case 'snapshot-busy': return `Snapshot ${refusal.id} is ${refusal.state}, which does not allow ${doing[refusal.action]}.`;
    case 'volume-attached': return `Volume ${refusal.id} is attached to a server, which does not allow ${doing[refusal.action]}: detach it first.`;
    case 'volume-not-attached': return `Volume ${refusal.id} has no such attachment.`;
    case 'volume-has-snapshots': return refusal.foreign
      ? `Volume ${refusal.id} has snapshots of the project that it came from, which do not allow ${doing[refusal.action]}: that project has to delete them first.`
      : `Volume ${refusal.id} has snapshots, which do not allow ${doing[refusal.action]}: delete them first.`;
    case 'snapshots-bound': return `The cloud that keeps volume ${refusal.id} would let nobody use or delete its snapshots any more if they stayed: hand them on with it, or delete them first.`;
    case 'not-larger': return `Volume ${refusal.id} has ${refusal.sizeGiB} GB: the new size has to be larger.`;
    case 'smaller-than-source': return `The disk has to be as large as its source, which has ${refusal.sizeGiB} GB.`;
    case 'source-elsewhere': return `Disks of type ${refusal.type} are kept elsewhere than the source: choose the type of the source.`;
    case 'not-adoptable': return `Volume ${refusal.id} cannot be taken over: ${refusal.reason}.`;
    case 'snapshot-of-other-volume': return `Snapshot ${refusal.id} is one of another disk.`;
    case 'snapshots-unsupported': return `Disks of type ${refusal.type} can have no snapshots.`;
    case 'quota-exceeded': return refusal.quota === 'perVolumeGigabytes' ? `A disk has ${refusal.limit} GB at most: ${refusal.wanted} were asked for.` : `The quota of ${quotas[refusal.quota]}${refusal.type === undefined ? '' : ` of type ${refusal.type}`} is ${refusal.limit}, of which ${refusal.inUse} are in use: ${refusal.wanted} were asked for.`;
    case 'too-many-tags': return `A disk has ${refusal.limit} tags at most.`;
    case 'client-token-used': return 'The X-Client-Token stands for a request of more than 8 hours ago: send another one with a request of its own.';
    case 'unstorable-text': return `'${refusal.field}' has a character that cannot be stored.`;
    case 'wrong-auth-key': return `The authentication key is not that of transfer ${refusal.id}.`;
    case 'own-transfer': return `Transfer ${refusal.id} is one of this project: another one has to accept it.`;
    case 'transfer-expired': return `Transfer ${refusal.id} has expired: its owner has to create a new one.`;
    case 'backend': return refusal.message;
  }
}

/** Of problems before a use case; the server's own log has the rest. */
export const sentences: Readonly<Record<HttpProblem, string>> = {
  'not-found': 'The resource could not be found.',
  'wrong-method': 'The path does not have this method.',
  'bad-url': 'Malformed request url.',
  'bad-json': 'The request body is not valid JSON.',
  'missing-body': 'The request body is missing.',
  'wrong-content-type': 'The content type must be application/json.',
  'body-too-large': 'The request body is larger than 12 MB.',
  'header-too-large': 'The request headers are too large.',
  'invalid': 'The request is not valid.',
  'unauthenticated': 'Authentication required.',
  'wrong-scope': 'The project is not the one of the caller.',
  'too-many-requests': 'Too many requests. Try again later.',
  'timeout': 'The request took too long. Try again later.',
  'internal': 'Internal server error. Try again, and tell the operator the X-Request-Id of this answer if it stays so.',
};

export const readOnlySentence = 'The caller may read and not write.';
export const metadataSentence = 'The metadata of a disk has to be smaller than 1048576 bytes.';
