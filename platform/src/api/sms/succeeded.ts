import { SmsErrorBody } from '@haulier/wire/sms/error.ts';
import type { FastifyReply } from 'fastify';

/** The answers of a write that the documents leave empty. */
export const nothing = { 200: { type: 'null', description: 'OK' }, '4xx': SmsErrorBody } as const;

export function succeeded(reply: FastifyReply): FastifyReply {
  return reply.code(200).send();
}
