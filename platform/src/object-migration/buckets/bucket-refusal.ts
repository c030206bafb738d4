import type { FailureKind } from '../../object-store/failure.ts';

/** What was asked; each has codes of its own. */
export type BucketQuestion = 'buckets' | 'region' | 'objects' | 'prefix' | 'list-file' | 'cdn';

/** What is wrong with the file of a list of URLs. */
export type ListFileFault = 'no-txt' | 'too-large' | 'no-text' | 'line-too-long' | 'no-url' | 'malformed';

export type BucketProblem =
  | { readonly kind: 'unknown-region' }
  /** Of the store that was asked, or of the cloud's provider. */
  | { readonly kind: 'failure'; readonly failure: FailureKind; readonly bucket: string }
  /** What the CDN is asked with cannot be used. */
  | { readonly kind: 'cdn-key' }
  | { readonly kind: 'list-file'; readonly fault: ListFileFault };

/** Why a question about buckets has no answer. The message is for the log, and names no secret. */
export class BucketRefusal extends Error {
  override readonly name = 'BucketRefusal';
  readonly question: BucketQuestion;
  readonly problem: BucketProblem;

  constructor(question: BucketQuestion, problem: BucketProblem, cause?: Error) {
    super(cause?.message ?? problem.kind, cause === undefined ? undefined : { cause });
    this.question = question;
    this.problem = problem;
  }
}
