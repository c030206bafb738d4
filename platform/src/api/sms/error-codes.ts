/**
 * The codes that SMS answers with. Few are published: those of the API reference's appendix of error codes that are about
 * requests, and SMS.9004 of the operations' own examples, whose sentence it is. The appendix's words are for a vendor's console; the other sentences here are ours.
 */
export interface SmsCode {
  readonly status: number;
  readonly message: string;
}

/** The appendix gives 401 to faults of HTTP itself (SMS.2003 to SMS.2006); those have HTTP's own status here. */
export const publishedCodes = {
  'SMS.1038': { status: 400, message: 'Only a task that is being migrated or synchronised can be stopped.' },
  'SMS.1039': { status: 400, message: 'Only a task that is ready, has been stopped or has failed can be started.' },
  'SMS.1040': { status: 400, message: 'Only a task that has failed or has been stopped can be restarted.' },
  'SMS.2003': { status: 405, message: 'The path does not have this method.' },
  'SMS.2004': { status: 413, message: 'The request body is larger than 12 MB.' },
  'SMS.2006': { status: 415, message: 'The content type must be application/json.' },
  'SMS.2007': { status: 500, message: 'Something went wrong here. Try again, and tell the operator the X-Request-Id of this answer if it stays so.' },
  'SMS.2015': { status: 400, message: 'A task that is running or being stopped cannot be deleted: stop it first.' },
  'SMS.2216': { status: 400, message: 'The task cannot be created: its source server does not exist.' },
  'SMS.9004': { status: 403, message: 'The current account does not have the permission to execute policy.' },
} as const satisfies Record<string, SmsCode>;

/** For what no published code is known: a range of our own, which the vendor does not use as far as is published. */
export const ourCodes = {
  'SMS.8001': { status: 400, message: 'A parameter is not valid.' },
  'SMS.8002': { status: 400, message: 'A mandatory parameter is missing.' },
  'SMS.8003': { status: 400, message: 'The request body is not valid JSON.' },
  'SMS.8004': { status: 400, message: 'The request body is missing.' },
  'SMS.8005': { status: 400, message: 'The URL cannot be read.' },
  'SMS.8006': { status: 404, message: 'There is nothing at this path.' },
  'SMS.8007': { status: 431, message: 'The request headers are too large.' },
  'SMS.8008': { status: 429, message: 'Too many requests. Try again later.' },
  'SMS.8009': { status: 503, message: 'The request took too long. Try again later.' },
  'SMS.8010': { status: 401, message: 'The request carries no token and no signature that is valid here.' },
  'SMS.8011': { status: 400, message: 'This is not supported here, and refused rather than ignored:' },
  'SMS.8020': { status: 404, message: 'The source server does not exist.' },
  'SMS.8021': { status: 404, message: 'The migration task does not exist.' },
  'SMS.8022': { status: 404, message: 'The template does not exist.' },
  'SMS.8023': { status: 404, message: 'The migration project does not exist.' },
  'SMS.8030': { status: 400, message: 'This is not possible in the state it is in.' },
  'SMS.8031': { status: 400, message: 'The source server has a migration task: delete that first.' },
  'SMS.8032': { status: 400, message: 'The source server has failed its checks: see its checks, and register it again when they are mended.' },
  'SMS.8033': { status: 400, message: 'The agent of the source server is not connected: start it.' },
  'SMS.8034': { status: 400, message: 'The task has no such subtask.' },
  'SMS.8035': { status: 400, message: 'The periods of the speed limit overlap.' },
  'SMS.8037': { status: 400, message: 'The name is taken.' },
  'SMS.8038': { status: 400, message: 'The default migration project cannot be deleted, and stays the default: make another one the default first.' },
  'SMS.8039': { status: 400, message: 'The migration project has source servers: move them to another one or delete them first.' },
  'SMS.8040': { status: 400, message: 'The operating system of a source server cannot change while it has a migration task: delete the task first, or the source server.' },
} as const satisfies Record<string, SmsCode>;

const codes = { ...publishedCodes, ...ourCodes };

export type SmsErrorCode = keyof typeof codes;

export function smsCode(code: SmsErrorCode): SmsCode {
  return codes[code];
}
