/** Who is told about a topic: plain HTTP(S) receivers, and a real SMN service that passes messages on to its own subscribers. */
import { signRequest } from '@haulier/lib/sdk-hmac-sha256/sign-request.ts';
import type { DueNotice, NoticeErrorCode } from '../object-migration/notices/notice.ts';
import { messageOf, tagsOf } from './messages.ts';

export interface HttpSubscriber {
  readonly kind: 'http';
  readonly endpoint: string;
}

export interface SmnSubscriber {
  readonly kind: 'smn';
  /** Scheme and host of the SMN service, e.g. `https://smn.cn-north-4.myhuaweicloud.com`. */
  readonly endpoint: string;
  readonly projectId: string;
  /** Asked for at each message, so that a renewed key is taken up. */
  readonly key: () => { readonly accessKey: string; readonly secretKey: string } | undefined;
}

export type Subscriber = HttpSubscriber | SmnSubscriber;

/** Texts of a template by language. */
export type Templates = ReadonlyMap<string, Readonly<Partial<Record<DueNotice['order']['language'], string>>>>;

export interface Refusal {
  readonly code: NoticeErrorCode;
  readonly retryable: boolean;
}

const answerWithinMs = 15_000;

/** Undefined when the subscriber has taken the notice. Rejects only when the signal aborts. */
export async function tell(subscriber: Subscriber, notice: DueNotice, templates: Templates, now: number, signal: AbortSignal): Promise<Refusal | undefined> {
  const request = subscriber.kind === 'http' ? plainRequest(subscriber, notice, templates, now) : smnRequest(subscriber, notice, now);
  if (request === undefined) return { code: 'OMS.0158', retryable: false };
  try {
    const response = await fetch(request.url, { method: 'POST', headers: request.headers, body: request.body, redirect: 'manual', signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]) });
    await response.body?.cancel();
    return response.ok ? undefined : refusalOf(subscriber, response.status);
  } catch {
    signal.throwIfAborted();
    return { code: 'OMS.0161', retryable: true };
  }
}

interface PreparedRequest {
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The message body and headers that SMN sends to HTTP(S) subscribers, without its signature, which needs SMN's certificate. */
function plainRequest({ endpoint }: HttpSubscriber, notice: DueNotice, templates: Templates, now: number): PreparedRequest {
  const { order, facts, id } = notice;
  const template = order.template === undefined ? undefined : templates.get(order.template)?.[order.language];
  const { subject, text } = messageOf(facts, order.language, template);
  const body = JSON.stringify({ type: 'Notification', topic_urn: order.topicUrn, message_id: id, subject, message: text, timestamp: new Date(now).toISOString() });
  return {
    url: new URL(endpoint),
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-smn-message-type': 'Notification', 'x-smn-message-id': id, 'x-smn-topic-urn': order.topicUrn },
    body,
  };
}

/** `POST /v2/{project_id}/notifications/topics/{topic_urn}/publish` of the SMN API, signed with an access key. */
function smnRequest({ endpoint, projectId, key }: SmnSubscriber, { order, facts }: DueNotice, now: number): PreparedRequest | undefined {
  const pair = key();
  if (pair === undefined) return undefined;
  const url = new URL(`/v2/${encodeURIComponent(projectId)}/notifications/topics/${order.topicUrn}/publish`, endpoint);
  const { subject, text } = messageOf(facts, order.language, undefined);
  const content = order.template === undefined ? { message: text } : { message_template_name: order.template, tags: tagsOf(facts, order.language) };
  const body = JSON.stringify({ subject, ...content });
  const headers = signRequest({ method: 'POST', url, headers: { 'content-type': 'application/json', 'x-project-id': projectId }, body }, pair, now);
  return { url, headers, body };
}

function refusalOf({ kind }: Subscriber, status: number): Refusal {
  if (status === 429 || status >= 500) return { code: 'OMS.0156', retryable: true };
  if (kind === 'smn' && status === 404) return { code: 'OMS.0157', retryable: false };
  if (status === 401 || status === 403) return { code: 'OMS.0158', retryable: false };
  return { code: 'OMS.0159', retryable: false };
}
