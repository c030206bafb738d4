/** What the quickstart asks of the API, with plain HTTP and a token, as in the documents. */
export interface TaskAnswer {
  readonly status: number;
  readonly total_num: number;
  readonly total_size: number;
  readonly successful_num: number;
  readonly skipped_num: number;
  readonly failed_num: number;
  readonly complete_size: number;
  readonly migrate_speed: number;
  readonly left_time: number;
  readonly is_query_over: boolean;
  readonly error_reason: { readonly error_code: string; readonly error_msg: string } | null;
}

export interface Account {
  readonly domain_name: string;
  readonly project_id: string;
  readonly user_name: string;
  readonly password: string;
  readonly access_key: string;
  readonly secret_key: string;
}

export class ApiClient {
  readonly #url: string;
  readonly #account: Account;
  readonly #token: string;

  private constructor(url: string, account: Account, token: string) {
    this.#url = url;
    this.#account = account;
    this.#token = token;
  }

  static async signIn(url: string, account: Account): Promise<ApiClient> {
    const user = { name: account.user_name, password: account.password, domain: { name: account.domain_name } };
    const body = { auth: { identity: { methods: ['password'], password: { user } }, scope: { project: { id: account.project_id } } } };
    const answer = await fetch(`${url}/v3/auth/tokens`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const token = answer.headers.get('x-subject-token');
    if (token === null) throw new Error(`signing in failed with ${answer.status}: ${await answer.text()}`);
    return new ApiClient(url, account, token);
  }

  async createTask(task: Readonly<Record<string, unknown>>): Promise<number> {
    const { id } = (await this.#ask('POST', 'tasks', task)) as { readonly id: number };
    return id;
  }

  async showTask(id: number): Promise<TaskAnswer> {
    return (await this.#ask('GET', `tasks/${id}`)) as TaskAnswer;
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.#url}/v2/${this.#account.project_id}/${path}`, {
      method,
      headers: { 'x-auth-token': this.#token, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
