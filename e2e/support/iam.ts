/** Asks the API as a person with curl would. */
import type { Account } from './serve.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON, the text otherwise. */
  readonly body: unknown;
}

export async function ask(url: string, method: string, path: string, options: { readonly token?: string; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {}): Promise<Answer> {
  const headers = {
    ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(options.token === undefined ? {} : { 'x-auth-token': options.token }),
    ...options.headers,
  };
  const answer = await fetch(url + path, { method, headers, ...(options.body === undefined ? {} : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }) });
  const text = await answer.text();
  const json = answer.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) as unknown : text };
}

export function passwordRequest(user: Pick<Account, 'userName' | 'domainName' | 'password'>, scope: unknown): unknown {
  return { auth: { identity: { methods: ['password'], password: { user: { name: user.userName, domain: { name: user.domainName }, password: user.password } } }, scope } };
}

/** A token for the account's project. */
export async function signIn(url: string, account: Pick<Account, 'userName' | 'domainName' | 'password' | 'projectId'>): Promise<string> {
  const { status, headers } = await ask(url, 'POST', '/v3/auth/tokens', { body: passwordRequest(account, { project: { id: account.projectId } }) });
  const token = headers.get('x-subject-token');
  if (status !== 201 || token === null) throw new Error(`signing in failed with ${status}`);
  return token;
}
