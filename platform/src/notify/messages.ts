/** What a notice says to people, in the languages of the API. */
import { sizeText } from '@haulier/lib/size-text/size-text.ts';
import type { NoticeFacts, NoticeLanguage } from '../object-migration/notices/notice.ts';

/** The tags of the documents' example template (table 5-45), in its order. */
export const templateTags = [
  'Task_Status', 'Task_Name', 'Start_Time', 'Total_Time_Used', 'Transferred_Data', 'Average_Speed', 'Source_Bucket', 'Destination_Bucket',
  'List_File_Bucket', 'List_File_Key', 'Success_object_list_path', 'Skip_object_list_path', 'Failed_object_list_path',
] as const;

export type Tags = Readonly<Record<(typeof templateTags)[number], string>>;

interface Words {
  readonly succeeded: string;
  readonly failed: string;
  readonly subject: (task: string, status: string) => string;
  readonly labels: Tags;
  readonly reason: string;
  readonly objects: string;
  readonly counts: (migrated: number, skipped: number, failed: number) => string;
}

const words: Readonly<Record<NoticeLanguage, Words>> = {
  'en-us': {
    succeeded: 'Succeeded',
    failed: 'Failed',
    subject: (task, status) => `Migration task ${task}: ${status}`,
    labels: {
      Task_Status: 'Status', Task_Name: 'Task', Start_Time: 'Started', Total_Time_Used: 'Time used', Transferred_Data: 'Data transferred', Average_Speed: 'Average speed',
      Source_Bucket: 'Source bucket', Destination_Bucket: 'Destination bucket', List_File_Bucket: 'Bucket of the list file', List_File_Key: 'List file',
      Success_object_list_path: 'List of migrated objects', Skip_object_list_path: 'List of skipped objects', Failed_object_list_path: 'List of failed objects',
    },
    reason: 'Reason',
    objects: 'Objects',
    counts: (migrated, skipped, failed) => `${migrated} migrated, ${skipped} skipped, ${failed} failed`,
  },
  'zh-cn': {
    succeeded: '成功',
    failed: '失败',
    subject: (task, status) => `迁移任务 ${task}：${status}`,
    labels: {
      Task_Status: '任务状态', Task_Name: '任务名称', Start_Time: '开始时间', Total_Time_Used: '总耗时', Transferred_Data: '已迁移数据量', Average_Speed: '平均速度',
      Source_Bucket: '源端桶', Destination_Bucket: '目的端桶', List_File_Bucket: '列表文件所在桶', List_File_Key: '列表文件',
      Success_object_list_path: '成功对象列表', Skip_object_list_path: '忽略对象列表', Failed_object_list_path: '失败对象列表',
    },
    reason: '原因',
    objects: '对象数',
    counts: (migrated, skipped, failed) => `迁移 ${migrated}，忽略 ${skipped}，失败 ${failed}`,
  },
};

/** The values of a template's tags; empty where there is nothing to say. */
export function tagsOf(facts: NoticeFacts, language: NoticeLanguage): Tags {
  const { succeeded, failed } = words[language];
  const { activeMs, migrated, listFile } = facts;
  const lists = facts.outcomeLists ?? '';
  return {
    Task_Status: facts.succeeded ? succeeded : failed,
    Task_Name: facts.taskName,
    Start_Time: facts.startedAt === undefined ? '' : new Date(facts.startedAt).toISOString(),
    Total_Time_Used: duration(activeMs),
    Transferred_Data: sizeText(migrated.bytes),
    Average_Speed: activeMs > 0 ? `${sizeText((migrated.bytes * 1000) / activeMs)}/s` : '',
    Source_Bucket: facts.sourceBucket,
    Destination_Bucket: facts.destinationBucket,
    List_File_Bucket: listFile?.bucket ?? '',
    List_File_Key: listFile?.key ?? '',
    Success_object_list_path: lists,
    Skip_object_list_path: lists,
    Failed_object_list_path: facts.failedLists ?? '',
  };
}

export interface Message {
  readonly subject: string;
  readonly text: string;
}

/** @param template text with `{Tag}` for a tag's value; the built-in lines where absent. */
export function messageOf(facts: NoticeFacts, language: NoticeLanguage, template: string | undefined): Message {
  const tags = tagsOf(facts, language);
  const subject = words[language].subject(facts.taskName, tags.Task_Status);
  return { subject, text: template === undefined ? lines(facts, tags, language) : fill(template, tags) };
}

/** A word in braces that is no tag stays as it is. */
function fill(template: string, tags: Tags): string {
  const values = new Map<string, string>(Object.entries(tags));
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);
}

function lines({ error, migrated, skipped, failed }: NoticeFacts, tags: Tags, language: NoticeLanguage): string {
  const { labels, reason, objects, counts } = words[language];
  const told = templateTags.filter((tag) => tags[tag] !== '').map((tag) => `${labels[tag]}: ${tags[tag]}`);
  const why = error === undefined ? [] : [`${reason}: ${error.code} ${error.message}`];
  return [...told, `${objects}: ${counts(migrated.objects, skipped.objects, failed.objects)}`, ...why].join('\n');
}

/** `12:03:04`. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
