import type { ColumnType, Generated } from 'kysely';
import type { NewNotice, NoticeErrorCode, NoticeResult } from '../../object-migration/notices/notice.ts';

export interface NoticeTables {
  notice: NoticeTable;
}

type Json<T> = ColumnType<T, string, string>;

/** Messages that were sent or are to be sent. */
interface NoticeTable {
  readonly notice_id: Generated<string>;
  /** What it is about: `task/<id>` or `group/<id>`. */
  readonly subject: string;
  readonly content: Json<NewNotice>;
  readonly created_at: Generated<Date>;
  /** Of the next try; null once it is settled. */
  readonly due_at: Date | null;
  readonly turns: Generated<number>;
  /** Subscribers that have taken it. */
  readonly delivered: ColumnType<readonly string[], string | undefined, string>;
  readonly state: Generated<NoticeResult['kind']>;
  readonly error_code: NoticeErrorCode | null;
}
