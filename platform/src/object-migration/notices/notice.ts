/** Messages about the end of a task (smn_config, section 5.2.3): what is told, to which topic, and what became of it. */
import type { Count } from '../../engine/ledger/ledger.ts';
import type { ErrorReason } from '../task.ts';

export const noticeLanguages = ['en-us', 'zh-cn'] as const;
export type NoticeLanguage = (typeof noticeLanguages)[number];

/** Which ends of a task are told, and how. Table 5-45. */
export interface NoticeOrder {
  /** `urn:smn:region:project:name`. */
  readonly topicUrn: string;
  readonly onSuccess: boolean;
  readonly onFailure: boolean;
  readonly language: NoticeLanguage;
  /** Name of a template; the built-in text where absent. */
  readonly template: string | undefined;
}

/** What a message says, before it has a language. */
export interface NoticeFacts {
  readonly taskName: string;
  readonly succeeded: boolean;
  readonly error: ErrorReason | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  /** Running time in milliseconds. */
  readonly activeMs: number;
  readonly migrated: Count;
  readonly skipped: Count;
  readonly failed: Count;
  readonly sourceBucket: string;
  readonly destinationBucket: string;
  readonly listFile: { readonly bucket: string; readonly key: string } | undefined;
  /** Folders of lists in the destination bucket; undefined where there are none. */
  readonly outcomeLists: string | undefined;
  readonly failedLists: string | undefined;
}

export interface NewNotice {
  readonly order: NoticeOrder;
  readonly facts: NoticeFacts;
}

/** A notice that is due. */
export interface DueNotice extends NewNotice {
  /** The same for every try: receivers recognise a repeat by it. */
  readonly id: string;
  /** Tries so far, this one included. */
  readonly turn: number;
  /** Subscribers that have taken it. */
  readonly delivered: readonly string[];
}

/** Documented codes that say why a message was not sent (section 6.2). */
export type NoticeErrorCode = 'OMS.0156' | 'OMS.0157' | 'OMS.0158' | 'OMS.0159' | 'OMS.0161';

/** What became of the latest message about a task; `pending` is tried again. */
export type NoticeResult =
  | { readonly kind: 'pending'; readonly error: NoticeErrorCode | undefined }
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly error: NoticeErrorCode };

/** The topics of the installation. */
export interface Topics {
  knows(urn: string): boolean;
  /** Whether the topic's subscribers can be told with this template in this language. */
  hasTemplate(urn: string, template: string, language: NoticeLanguage): boolean;
}

/** Sends one notice to the subscribers that have not taken it yet; never rejects but for an aborted signal. */
export type SendNotice = (notice: DueNotice, signal: AbortSignal) => Promise<{
  /** All that have taken it by now. */
  readonly delivered: readonly string[];
  /** Undefined when every subscriber has. */
  readonly error: NoticeErrorCode | undefined;
  /** False when no further try can succeed. */
  readonly retryable: boolean;
}>;

/** The port to kept notices. They are added together with the change of state that they tell (`TaskChange.notice`). */
export interface NoticeRepository {
  /** Notices that are due; each is this caller's for `leaseMs`. */
  take(limit: number, leaseMs: number): Promise<readonly DueNotice[]>;
  /** Forgets notices that are settled and older than so many milliseconds. */
  forgetSettled(ms: number): Promise<void>;
  /** What a try came to; `againMs` when it is to be tried again. */
  settle(notice: Pick<DueNotice, 'id' | 'turn'>, result: NoticeResult, delivered: readonly string[], againMs: number | undefined): Promise<void>;
}
