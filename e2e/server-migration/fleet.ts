/** A tenant's servers with their agents, what people do with them, and the model of where they must be. */
import type { Manner, ScriptedAgent } from './agent.ts';
import { ScriptedAgent as Agent } from './agent.ts';
import type { Chance } from './chance.ts';
import { at, fine, textAt, type Door } from './door.ts';
import { allowed, counters, hasTask, listedAs, moves, taskStateOf, type Action, type Counter, type ModelState, type Move, type Nature, type Wish } from './fleet-model.ts';
import { makeMachine, newTask } from './machines.ts';

export interface FleetServer {
  readonly agent: ScriptedAgent;
  readonly chance: Chance;
  state: ModelState;
  nature: Nature;
  task: string | undefined;
}

const none: Nature = { syncing: false, copied: false, before: 'unconfigured' };

export class Fleet {
  readonly servers: readonly FleetServer[];
  readonly door: Door;
  /** The moves that have been made, and the actions that were refused. */
  readonly made = new Set<Move>();
  readonly refused = new Set<string>();

  /** @param first the number of the first machine: no two of an installation have the same. */
  constructor(door: Door, chance: Chance, first: number, size: number) {
    this.door = door;
    this.servers = Array.from({ length: size }, (_, index) => {
      const own = chance.fork();
      const broken = own.hits(0.1);
      const manner: Manner = { talkative: own.hits(0.5), crashes: own.hits(0.2) ? 0.05 : 0, forgets: own.hits(0.5) ? 0.5 : 0, repeats: own.hits(0.3) ? 0.2 : 0 };
      return { agent: new Agent(makeMachine(first + index, broken, own), door, manner, own.fork()), chance: own, state: broken ? 'unavailable' : 'unconfigured', nature: none, task: undefined };
    });
  }

  get live(): readonly FleetServer[] {
    return this.servers.filter(({ state }) => state !== 'gone');
  }

  /** One move of the model that can be made, or none. */
  async wander(server: FleetServer): Promise<void> {
    const { chance, state } = server;
    if (state === 'gone' || chance.hits(0.15)) return;
    if (chance.hits(0.1)) await this.tryForbidden(server);
    if (chance.hits(0.1)) await server.agent.repeatSomething();
    const possible = movesOf(server);
    const [first] = possible;
    if (first === undefined) return;
    const forward = possible.filter((move) => move.forward === true);
    const [ahead] = forward;
    await this.make(server, ahead !== undefined && chance.hits(0.7) ? chance.pick([ahead, ...forward.slice(1)]) : chance.pick([first, ...possible.slice(1)]));
  }

  /** Moves until the migration has ended, well or with the deletion of the server. */
  async finish(server: FleetServer): Promise<void> {
    for (let made = 0; server.state !== 'finished' && server.state !== 'gone'; made += 1) {
      const move = movesOf(server).find(({ forward }) => forward === true);
      if (move === undefined || made > 20) throw new Error(`${server.agent.machine.name} does not get on from ${server.state}`);
      await this.make(server, move);
    }
  }

  async make(server: FleetServer, move: Move): Promise<void> {
    const { wish, orders = {}, rest, to, copied } = move;
    const { agent, state, nature } = server;
    this.made.add(move);
    agent.orders = orders;
    if (wish !== undefined) await this.#ask(server, wish);
    if (rest !== undefined) await agent.until(rest);
    server.state = to === 'before' ? nature.before : to;
    server.nature = { ...server.nature, before: state, copied: copied ?? server.nature.copied };
    if (!hasTask(server.state)) server.task = undefined;
  }

  /** What is not allowed is refused, and changes nothing. */
  async tryForbidden(server: FleetServer): Promise<void> {
    const { task, state, chance, agent } = server;
    const forbidden = Object.entries(allowed).filter(([, states]) => !states.includes(state)).map(([action]) => action);
    const [first, ...more] = forbidden;
    if (task === undefined || first === undefined) return;
    const action = chance.pick([first, ...more]);
    const { status, body } = await this.door.ask('POST', `/v3/tasks/${task}/action`, { operation: action });
    const code = at(body, 'error_code');
    if (status !== 400 || typeof code !== 'string') throw new Error(`${action} of a server that is ${state} was answered with ${status} ${JSON.stringify(body)}`);
    this.refused.add(action);
    const now = await this.#stateOf(agent.source);
    if (now !== wireState(state)) throw new Error(`${action}, which was refused, made ${now} of ${state}`);
  }

  #ask(server: FleetServer, wish: Wish): Promise<void> {
    switch (wish) {
      case 'mend': return server.agent.mend();
      case 'configure': return this.#configure(server);
      case 'unconfigure': return this.#remove(`/v3/tasks/${server.task ?? ''}`).then(() => server.agent.forget());
      case 'delete': return this.#delete(server);
      default: return this.#act(server, wish.action);
    }
  }

  async #configure(server: FleetServer): Promise<void> {
    const { agent, chance } = server;
    const type = agent.machine.os === 'LINUX' && chance.hits(0.5) ? 'MIGRATE_FILE' : 'MIGRATE_BLOCK';
    server.nature = { syncing: chance.hits(0.7), copied: false, before: 'waiting' };
    const reply = await this.door.ask('POST', '/v3/tasks', newTask(agent.machine, agent.source, { type, syncing: server.nature.syncing }));
    // An answer that was lost: the request that was made again finds the task there.
    server.task = reply.status !== 200 && reply.repeated
      ? textAt(fine(await this.door.ask('GET', `/v3/sources/${agent.source}`), 'source'), 'current_task', 'id')
      : textAt(fine(reply, 'create a task'), 'id');
  }

  async #delete({ agent, state }: FleetServer): Promise<void> {
    if (hasTask(state)) await agent.poll();
    await this.#remove(`/v3/sources/${agent.source}`);
  }

  async #remove(path: string): Promise<void> {
    const reply = await this.door.ask('DELETE', path);
    if (reply.status === 404 && reply.repeated) return;
    fine(reply, `DELETE ${path}`);
  }

  async #act({ agent, task = '', state }: FleetServer, action: Action): Promise<void> {
    const reply = await this.door.ask('POST', `/v3/tasks/${task}/action`, { operation: action });
    const made = reply.status !== 200 && reply.repeated && await this.#stateOf(agent.source) !== wireState(state);
    if (!made) fine(reply, `${action} of ${agent.machine.name}, which is ${state}`);
  }

  async #stateOf(source: string): Promise<string> {
    return textAt(fine(await this.door.ask('GET', `/v3/sources/${source}`), 'source'), 'state');
  }

  /** What the overview must be. */
  expectedOverview(): Record<Counter, number> {
    const counts = Object.fromEntries(counters.map((counter) => [counter, 0])) as Record<Counter, number>;
    for (const { state } of this.servers) if (state !== 'gone') counts[state] += 1;
    return counts;
  }

  /** How many servers, and tasks, must be listed by each state. */
  expectedLists(): { readonly sources: Readonly<Record<string, number>>; readonly tasks: Readonly<Record<string, number>> } {
    const sources: Record<string, number> = {};
    const tasks: Record<string, number> = {};
    for (const { state, nature } of this.servers) {
      if (state === 'gone') continue;
      const listed = listedAs(state);
      sources[listed] = (sources[listed] ?? 0) + 1;
      if (!hasTask(state)) continue;
      const task = taskStateOf(state, nature);
      tasks[task] = (tasks[task] ?? 0) + 1;
    }
    return { sources, tasks };
  }
}

function movesOf({ state, nature }: FleetServer): readonly Move[] {
  return moves.filter(({ from, when }) => from.includes(state) && when?.(nature) !== false);
}

function wireState(state: ModelState): string {
  return state === 'gone' ? '' : listedAs(state);
}
