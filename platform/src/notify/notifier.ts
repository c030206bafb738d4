/** The topics of a configuration, and how their subscribers are told. */
import type { NoticeErrorCode, SendNotice, Topics } from '../object-migration/notices/notice.ts';
import { tell, type Subscriber, type Templates } from './subscriber.ts';

export interface Topic {
  readonly urn: string;
  readonly subscribers: readonly Subscriber[];
}

export interface NotifierOptions {
  readonly topics: readonly Topic[];
  readonly templates: Templates;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface Notifier {
  readonly topics: Topics;
  readonly send: SendNotice;
}

export function createNotifier({ topics, templates, now }: NotifierOptions): Notifier {
  const byUrn = new Map(topics.map((topic) => [topic.urn, topic]));
  return {
    topics: {
      knows: (urn) => byUrn.has(urn),
      // An SMN service has templates of its own.
      hasTemplate: (urn, template, language) => byUrn.get(urn)?.subscribers.every(({ kind }) => kind === 'smn' || templates.get(template)?.[language] !== undefined) ?? false,
    },
    async send(notice, signal) {
      const topic = byUrn.get(notice.order.topicUrn);
      if (topic === undefined) return { delivered: notice.delivered, error: 'OMS.0157', retryable: false };
      const delivered = new Set(notice.delivered);
      const problems: { readonly code: NoticeErrorCode; readonly retryable: boolean }[] = [];
      await Promise.all(topic.subscribers.filter(({ endpoint }) => !delivered.has(endpoint)).map(async (subscriber) => {
        const refusal = await tell(subscriber, notice, templates, now(), signal);
        if (refusal === undefined) delivered.add(subscriber.endpoint);
        else problems.push(refusal);
      }));
      return { delivered: [...delivered], error: problems[0]?.code, retryable: problems.some(({ retryable }) => retryable) };
    },
  };
}
