/**
 * An agent as the documents describe it, by script: it registers, polls its commands, acts and reports, and moves no byte. What it
 * has done it keeps in a journal, as a real one does on its disk; a crash loses the last step, which is then done again, and now and
 * then the journal with all that it knew, so that what it is told has to be enough to go on. It moves
 * only while it is told to ({@link ScriptedAgent.until}), so that at every rest there is one right state for its server.
 */
import type { Chance } from './chance.ts';
import { at, fine, textAt, type Door, type Reply } from './door.ts';
import { registration, type Machine } from './machines.ts';

/** Where an agent may be told to rest. */
export type Rest =
  | 'registered' | 'prepared' | 'half-copied' | 'synchronising' | 'failed' | 'asked-to-stop' | 'stopped' | 'asked-to-skip' | 'skipped' | 'half-cloned' | 'half-launched' | 'finished' | 'asked-to-go' | 'gone';

export interface Manner {
  /** Tells its state by changestate, too; otherwise by reports alone. */
  readonly talkative: boolean;
  /** How often of 1 a step ends in a crash of the agent. */
  readonly crashes: number;
  /** How often of 1 a crash takes the journal along. */
  readonly forgets: number;
  /** How often of 1 a result or a report is told once more. */
  readonly repeats: number;
}

/** What it does when it has been started. */
export interface Orders {
  readonly fail?: 'at-start' | 'while-copying' | 'while-synchronising';
}

interface Run {
  readonly task: string;
  readonly syncing: boolean;
  /** Names of the task's subtasks, in order. */
  readonly plan: readonly string[];
}

type Doing =
  | { readonly kind: 'idle' | 'stopped' | 'failed' | 'finished' | 'gone' }
  | { readonly kind: 'preparing'; readonly task: string; readonly step: number }
  /** Until the data are there: the subtask, and how far it is. `fresh`: nothing of it has been told since the start. */
  | { readonly kind: 'copying'; readonly run: Run; readonly subtask: number; readonly progress: number; readonly fresh?: true }
  /** `settled`: the server has been told of data since the start. */
  | { readonly kind: 'synchronising'; readonly run: Run; readonly progress: number; readonly settled: boolean }
  | { readonly kind: 'cloning'; readonly run: Run; readonly progress: number }
  | { readonly kind: 'launching'; readonly run: Run; readonly subtask: number; readonly progress: number }
  /** Has been told, and has not answered yet. */
  | { readonly kind: 'stopping' | 'skipping' | 'going'; readonly before: Doing };

interface Journal {
  readonly source: string | undefined;
  readonly doing: Doing;
}

const emptyJournal: Journal = { source: undefined, doing: { kind: 'idle' } };

/** A server that is being deleted knows its agent by nothing but its id, and only the journal tells whether a SKIP has been answered. */
const needingJournal: ReadonlySet<Rest> = new Set(['asked-to-go', 'gone', 'asked-to-skip', 'skipped']);

/** How often of 1 it asks for a command between two pieces of work. */
const pollingShare: Readonly<Record<Doing['kind'], number>> = {
  idle: 1, stopped: 1, failed: 1, finished: 1, preparing: 0, copying: 0.3, synchronising: 0.6, cloning: 0.2, launching: 0.2, stopping: 0, skipping: 0, going: 0, gone: 0,
};

const dataSteps = /^MIGRATE_/;
const repeatedSteps = /^SYNC_|^CLONE_VM$/;

export class ScriptedAgent {
  machine: Machine;
  orders: Orders = {};
  readonly #door: Door;
  readonly #chance: Chance;
  readonly #manner: Manner;
  #journal = emptyJournal;
  /** A process that has just begun registers before anything else. */
  #begun = false;
  /** Answered results and reports of this run, to be told once more. */
  #told: { readonly what: string; readonly telling: () => Promise<Reply> }[] = [];

  constructor(machine: Machine, door: Door, manner: Manner, chance: Chance) {
    this.machine = machine;
    this.#door = door;
    this.#manner = manner;
    this.#chance = chance;
  }

  /** As the server knows it. Only after it has registered. */
  get source(): string {
    if (this.#journal.source === undefined) throw new Error(`${this.machine.name} has not registered`);
    return this.#journal.source;
  }

  /** Polls and acts until it is there, and rests. What it is asked for it waits for, without going on with its work. */
  async until(rest: Rest): Promise<void> {
    const waits = rest.startsWith('asked-');
    for (let steps = 0; !this.#isAt(rest); steps += 1) {
      if (steps > 500) throw new Error(`${this.machine.name} (${this.#journal.source ?? 'new'}) does not come to ${rest}: ${JSON.stringify(this.#journal.doing)}`);
      const before = this.#journal;
      this.#journal = await this.#step(before, waits);
      if (this.#journal.doing.kind !== 'gone' && this.#chance.hits(this.#manner.crashes)) this.#crash(!needingJournal.has(rest) && this.#chance.hits(this.#manner.forgets) ? emptyJournal : before);
    }
  }

  /** What its checks found is mended, and it registers again. */
  async mend(): Promise<void> {
    this.machine = { ...this.machine, broken: false };
    await this.restart();
  }

  /** Begins anew as a process that has just been started. */
  async restart(): Promise<void> {
    this.#crash(this.#journal);
    await this.until('registered');
  }

  /** Its task is deleted: what became of that says nothing of the next one. */
  forget(): void {
    this.#journal = { ...this.#journal, doing: { kind: 'idle' } };
  }

  /** One question for a command, which shows that the agent lives; what it says is not looked at. */
  async poll(): Promise<void> {
    fine(await this.#door.ask('GET', `/v3/sources/${this.source}/command`), 'command');
  }

  /** Tells once more what it has told of this run. Its task may have been deleted since. */
  async repeatSomething(): Promise<void> {
    const told = this.#told.at(this.#chance.below(this.#told.length || 1));
    const reply = await told?.telling();
    if (told !== undefined && reply !== undefined && reply.status !== 404) fine(reply, `${told.what}, again`);
  }

  #isAt(rest: Rest): boolean {
    const { source, doing } = this.#journal;
    if (!this.#begun || source === undefined) return false;
    switch (rest) {
      case 'registered': return true;
      case 'prepared': return doing.kind === 'copying' && doing.fresh === true;
      case 'half-copied': return doing.kind === 'copying' && dataSteps.test(doing.run.plan[doing.subtask] ?? '') && doing.progress >= 50 && doing.fresh === undefined;
      case 'synchronising': return doing.kind === 'synchronising' && doing.settled;
      case 'half-cloned': return doing.kind === 'cloning' && doing.progress >= 50;
      case 'half-launched': return doing.kind === 'launching' && doing.progress >= 30;
      case 'asked-to-stop': return doing.kind === 'stopping';
      case 'skipped': return doing.kind !== 'skipping';
      case 'asked-to-skip': return doing.kind === 'skipping';
      case 'asked-to-go': return doing.kind === 'going';
      default: return doing.kind === rest;
    }
  }

  /** What has been written down since then is lost, and so is what was only in memory. */
  #crash(before: Journal): void {
    this.#journal = before;
    this.#begun = false;
    this.#told = [];
  }

  async #step(journal: Journal, waits: boolean): Promise<Journal> {
    if (!this.#begun) return { ...journal, source: await this.#register() };
    if (this.#chance.hits(this.#manner.repeats)) await this.repeatSomething();
    return { ...journal, doing: waits || this.#chance.hits(pollingShare[journal.doing.kind]) ? await this.#obey(journal.doing) : await this.#act(journal.doing) };
  }

  async #register(): Promise<string> {
    const reply = await this.#door.ask('POST', '/v3/sources', registration(this.machine, this.#journal.source));
    this.#begun = true;
    return textAt(fine(reply, 'register'), 'id');
  }

  #act(doing: Doing): Promise<Doing> {
    switch (doing.kind) {
      case 'preparing': return this.#prepare(doing);
      case 'copying': return this.#copy(doing);
      case 'synchronising': return this.#synchronise(doing);
      case 'cloning': return this.#clone(doing);
      case 'launching': return this.#launch(doing);
      case 'stopping': return this.#answer('STOP').then(() => ({ kind: 'stopped' }));
      case 'skipping': return this.#answer('SKIP').then(() => doing.before);
      case 'going': return this.#go();
      case 'gone': throw new Error(`${this.machine.name} is gone`);
      default: return this.#obey(doing);
    }
  }

  /** Asks for a command, and does what is done at once. */
  async #obey(doing: Doing): Promise<Doing> {
    const reply = await this.#door.ask('GET', `/v3/sources/${this.source}/command`);
    const command = at(fine(reply, 'command'), 'command_name');
    // While it works there may be nothing else to do.
    if (typeof command !== 'string' || command === '') return doing;
    const told = at(reply.body, 'command_param', 'task_id');
    const task = typeof told === 'string' && told !== '' ? told : undefined;
    switch (command) {
      case 'START': return this.#obeyStart(task, doing);
      case 'STOP': return { kind: 'stopping', before: doing };
      case 'SKIP': return { kind: 'skipping', before: doing };
      case 'DELETE': return { kind: 'going', before: doing };
      case 'SYNC': return this.#obeySync(doing);
      // One that crashed after it had told of its end, and does not know of that.
      case 'TASK_HAS_STOPPED': return doing.kind === 'idle' ? { kind: this.orders.fail === undefined ? 'stopped' : 'failed' } : doing;
      case 'TASK_HAS_FINISHED': return doing.kind === 'idle' ? { kind: 'finished' } : doing;
      case 'TASK_NOT_STARTED': return doing;
      default: return this.#answer(command).then(() => doing);
    }
  }

  async #obeyStart(task: string | undefined, doing: Doing): Promise<Doing> {
    if (task === undefined) throw new Error('START without a task');
    if (['copying', 'synchronising', 'cloning', 'launching'].includes(doing.kind)) return this.#answer('START').then(() => doing);
    if (this.orders.fail === 'at-start') {
      await this.#answer('START', 'fail');
      return { kind: 'failed' };
    }
    this.#told = [];
    return { kind: 'preparing', task, step: 0 };
  }

  /** Whether it is a clone or a launch the state of its server says. */
  async #obeySync(doing: Doing): Promise<Doing> {
    if (doing.kind === 'finished') return this.#answer('SYNC').then(() => doing);
    if (doing.kind !== 'synchronising') return doing;
    const task = fine(await this.#door.ask('GET', `/v3/tasks/${doing.run.task}`), 'task');
    const state = textAt(task, 'source_server', 'state');
    if (state === 'cloning') return { kind: 'cloning', run: doing.run, progress: 0 };
    if (state !== 'cutovering') return this.#answer('SYNC').then(() => doing);
    const launch = doing.run.plan.findIndex((name) => name.startsWith('CONFIGURE_'));
    return { kind: 'launching', run: doing.run, subtask: launch, progress: 0 };
  }

  #answer(command: string, result: 'success' | 'fail' = 'success'): Promise<void> {
    const path = `/v3/sources/${this.source}/command_result`;
    const body = { command_name: command, result, result_detail: { msg: result === 'fail' ? 'the script says so' : '' } };
    return this.#tell(`result of ${command}`, () => this.#door.ask('POST', path, body));
  }

  async #tell(what: string, telling: () => Promise<Reply>): Promise<void> {
    fine(await telling(), what);
    this.#told.push({ what, telling });
  }

  /** Everything that a real agent reads at its start, then the answer; the task says which steps are done already. */
  async #prepare({ task, step }: Extract<Doing, { kind: 'preparing' }>): Promise<Doing> {
    const read = ['certkey', 'passphrase', 'configuration-setting', 'speed-limit'][step];
    if (read !== undefined) {
      fine(await this.#door.ask('GET', `/v3/tasks/${task}/${read}`), read);
      return { kind: 'preparing', task, step: step + 1 };
    }
    const answer = fine(await this.#door.ask('GET', `/v3/tasks/${task}`), 'task');
    const told = at(answer, 'sub_tasks');
    const subtasks = Array.isArray(told) ? told.map((each: unknown) => ({ name: textAt(each, 'name'), progress: Number(at(each, 'progress')) })) : [];
    const run: Run = { task, plan: subtasks.map(({ name }) => name), syncing: subtasks.some(({ name }) => name.startsWith('SYNC_')) };
    await this.#answer('START');
    const copied = subtasks.find(({ name }) => dataSteps.test(name))?.progress === 100;
    if (copied && (!run.syncing || textAt(answer, 'source_server', 'migration_cycle') === 'cutovering')) return this.#launching(run, subtasks);
    if (textAt(answer, 'source_server', 'state') === 'cloning') return { kind: 'cloning', run, progress: subtasks.find(({ name }) => name === 'CLONE_VM')?.progress ?? 0 };
    if (copied) return { kind: 'synchronising', run, progress: 100, settled: false };
    await this.#changeState('INIT', 'replicating');
    const subtask = subtasks.findIndex(({ progress }) => progress < 100);
    return { kind: 'copying', run, subtask, progress: subtasks[subtask]?.progress ?? 0, fresh: true };
  }

  /** Where a launch goes on. */
  #launching(run: Run, subtasks: readonly { readonly name: string; readonly progress: number }[]): Doing {
    const subtask = subtasks.findIndex(({ name, progress }) => progress < 100 && !repeatedSteps.test(name));
    return { kind: 'launching', run, subtask, progress: subtasks[subtask]?.progress ?? 0 };
  }

  /** One that goes on tells first how far it had come. */
  async #copy({ run, subtask, progress, fresh }: Extract<Doing, { kind: 'copying' }>): Promise<Doing> {
    const name = run.plan[subtask] ?? '';
    const data = dataSteps.test(name);
    const next = fresh === true && progress > 0 ? progress : nextPoint(data ? [10, 50, 80, 100] : [60, 100], progress);
    if (data && next > 50 && this.orders.fail === 'while-copying') return this.#fail(run, 'The disk of the source cannot be read.');
    await this.#report(run, name, next, data ? this.machine.used : 0);
    if (data && next === 10) {
      await this.#update(run, { disks: [{ name: 'disk', disk_id: `disk-${this.machine.number}`, size: 42_949_672_960, device_use: 'OS', physical_volumes: [] }] });
      await this.#changeState('REPLICATE', 'replicating');
    }
    if (next < 100) return { kind: 'copying', run, subtask, progress: next };
    if (!data) return { kind: 'copying', run, subtask: subtask + 1, progress: 0 };
    await this.#update(run, { snapshot_ids: `snapshot-${this.machine.number}` });
    await this.#changeState(run.syncing ? 'SYNCING' : 'CUTOVERING', run.syncing ? 'syncing' : 'cutovering');
    if (run.syncing) return { kind: 'synchronising', run, progress: 100, settled: true };
    return { kind: 'launching', run, subtask: subtask + 1, progress: 0 };
  }

  async #synchronise({ run, progress, settled }: Extract<Doing, { kind: 'synchronising' }>): Promise<Doing> {
    if (this.orders.fail === 'while-synchronising') return this.#fail(run, 'The target cannot be reached.');
    const next = progress === 100 ? 0 : nextPoint([40, 100], progress);
    await this.#report(run, run.plan.find((name) => name.startsWith('SYNC_')) ?? '', next, 1000);
    return { kind: 'synchronising', run, progress: next, settled: settled || next > 0 };
  }

  async #clone({ run, progress }: Extract<Doing, { kind: 'cloning' }>): Promise<Doing> {
    const next = nextPoint([50, 100], progress);
    if (next === 50) await this.#update(run, {}, { vm_id: `clone-${this.machine.number}`, name: 'clone', clone_state: 'CREATING' });
    if (next === 100) await this.#update(run, {}, { vm_id: `clone-${this.machine.number}`, name: 'clone', clone_state: 'FINISHED' });
    if (next === 100) await this.#answer('SYNC');
    await this.#report(run, 'CLONE_VM', next, 0);
    if (next < 100) return { kind: 'cloning', run, progress: next };
    await this.#changeState('SYNCING', 'syncing');
    return { kind: 'synchronising', run, progress: 100, settled: true };
  }

  async #launch({ run, subtask, progress }: Extract<Doing, { kind: 'launching' }>): Promise<Doing> {
    const name = run.plan[subtask] ?? '';
    if (repeatedSteps.test(name)) return { kind: 'launching', run, subtask: subtask + 1, progress: 0 };
    const last = subtask === run.plan.length - 1;
    const next = nextPoint([30, 100], progress);
    if (last && next === 100 && run.syncing) await this.#answer('SYNC');
    await this.#report(run, name, next, 0);
    if (next < 100) return { kind: 'launching', run, subtask, progress: next };
    if (!last) return { kind: 'launching', run, subtask: subtask + 1, progress: 0 };
    await this.#changeState('FINISHED', 'cutovered');
    return { kind: 'finished' };
  }

  /** The record goes with the answer; one that is given again finds nothing. */
  async #go(): Promise<Doing> {
    const { status } = await this.#door.ask('POST', `/v3/sources/${this.source}/command_result`, { command_name: 'DELETE', result: 'success', result_detail: {} });
    if (status !== 200 && status !== 404) throw new Error(`result of DELETE: ${status}`);
    this.#told = [];
    return { kind: 'gone' };
  }

  async #fail(run: Run, why: string): Promise<Doing> {
    fine(await this.#door.ask('PUT', `/v3/tasks/${run.task}`, { error_json: why }), 'update');
    fine(await this.#door.ask('PUT', `/v3/sources/${this.source}/changestate`, { copystate: 'ERROR' }), 'changestate');
    return { kind: 'failed' };
  }

  #report({ task }: Run, name: string, progress: number, total: number): Promise<void> {
    const body = {
      subtask_name: name, progress, replicatesize: Math.floor((total * progress) / 100), totalsize: total, process_trace: `${name} ${progress} %`,
      migrate_speed: 100, compress_rate: 1, remain_time: 100 - progress, total_cpu_usage: 20, agent_cpu_usage: 5, total_mem_usage: 30, agent_mem_usage: 2, total_disk_io: 3, agent_disk_io: 1,
      agent_time: new Date().toISOString(),
    };
    return this.#tell(`report of ${name}`, () => this.#door.ask('PUT', `/v3/tasks/${task}/progress`, body));
  }

  async #update({ task }: Run, target: object, clone?: object): Promise<void> {
    const server = { ip: this.machine.ip, os_type: this.machine.os, disks: [], ...target };
    fine(await this.#door.ask('PUT', `/v3/tasks/${task}`, clone === undefined ? { target_server: server } : { clone_server: clone }), 'update');
  }

  async #changeState(copystate: string, migrationcycle: string): Promise<void> {
    if (!this.#manner.talkative) return;
    fine(await this.#door.ask('PUT', `/v3/sources/${this.source}/changestate`, { copystate, migrationcycle }), `changestate to ${copystate}`);
  }
}

function nextPoint(points: readonly number[], progress: number): number {
  return points.find((point) => point > progress) ?? 100;
}
