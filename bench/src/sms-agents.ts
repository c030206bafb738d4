/**
 * What agents of server migration ask all the time, of a real `haulier serve` with its private PostgreSQL: whether there is a command,
 * and their reports of progress. First as fast as the server answers (64 connections), then at the pace of a fleet: each agent, on a
 * connection of its own, polls and reports every ten seconds.
 *
 *   node bench/src/sms-agents.ts [--agents N] [--seconds N]
 */
import { parseArgs } from 'node:util';
import { once, openLine, pace, saturate, type Figures, type Line, type Request } from './load.ts';
import { startServer } from './server.ts';

const atOnce = 64;
const warmUpSeconds = 5;
const everyMs = 10_000;
/** Bytes of each server. */
const total = 2 ** 40;

const { values } = parseArgs({ options: { agents: { type: 'string', default: '5000' }, seconds: { type: 'string', default: '20' } } });
const [agents, seconds] = [Number(values.agents), Number(values.seconds)];

interface Agent {
  readonly source: string;
  readonly task: string;
  reports: number;
}

await using server = await startServer();
const few = await open(atOnce);
const fleet = await inTurns(few, agents, (line, number) => enlist(line, number));
print(`${agents} agents have registered, and their tasks have been started`, undefined);

await saturate(few, poll, warmUpSeconds);
print(`polling, ${atOnce} connections`, await spent(() => saturate(few, poll, seconds)));
print(`first reports, which move the life of their tasks, ${atOnce} connections`, await spent(() => once(few, report, agents)));
await saturate(few, report, warmUpSeconds);
print(`reports, ${atOnce} connections`, await spent(() => saturate(few, report, seconds)));
for (const line of few) line.close();

const many = await open(agents);
const turns = Math.max(2, Math.round((seconds * 1000) / everyMs));
print(`polling, ${agents} connections, each every ${everyMs / 1000} s`, await spent(() => pace(many, (line) => poll(line), everyMs, turns)));
print(`reports, ${agents} connections, each every ${everyMs / 1000} s`, await spent(() => pace(many, (line) => report(line), everyMs, turns)));
for (const line of many) line.close();

function open(count: number): Promise<Line[]> {
  return Promise.all(Array.from({ length: count }, () => openLine(server)));
}

function agentAt(index: number): Agent {
  const agent = fleet[index % fleet.length];
  if (agent === undefined) throw new RangeError('there are no agents');
  return agent;
}

function poll(index: number): Request {
  return { method: 'GET', path: `/v3/sources/${agentAt(index).source}/command` };
}

/** Each has more to tell than the last of its agent. */
function report(index: number): Request {
  const agent = agentAt(index);
  agent.reports += 1;
  const share = agent.reports / (agent.reports + 100);
  return {
    method: 'PUT', path: `/v3/tasks/${agent.task}/progress`,
    body: {
      subtask_name: 'MIGRATE_LINUX_FILE', progress: Math.floor(share * 100), replicatesize: Math.floor(total * share), totalsize: total, process_trace: `file ${agent.reports}`,
      migrate_speed: 400.5, compress_rate: 1, remain_time: 3600, total_cpu_usage: 20, agent_cpu_usage: 5, total_mem_usage: 30, agent_mem_usage: 2, total_disk_io: 3, agent_disk_io: 1,
      agent_time: new Date().toISOString(),
    },
  };
}

/** Does `count` pieces of work, one at a time on each line. */
async function inTurns<T>(lines: readonly Line[], count: number, work: (line: Line, number: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  let next = 0;
  await Promise.all(lines.map(async (line) => {
    while (next < count) done.push(await work(line, next++));
  }));
  return done;
}

/** Registered, with a task that is running. */
async function enlist(line: Line, number: number): Promise<Agent> {
  const source = await made(line, '/v3/sources', machine(number));
  const target = { name: `target-${number}`, vm_id: '', disks: [] };
  const task = await made(line, '/v3/tasks', {
    name: `task-${number}`, type: 'MIGRATE_FILE', os_type: 'LINUX', syncing: true, region_id: 'r', region_name: 'r', project_id: 'p', project_name: 'p', source_server: { id: source }, target_server: target,
  });
  await done(line, `/v3/tasks/${task}/action`, { operation: 'start' });
  await done(line, `/v3/sources/${source}/command_result`, { command_name: 'START', result: 'success', result_detail: {} });
  return { source, task, reports: 0 };
}

function machine(number: number): object {
  const octets = [16, 8, 0].map((shift) => (number >> shift) & 255);
  const mac = `fa:16:3e:${octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':')}`;
  const disk = { name: '/dev/sda', partition_style: 'MBR', device_use: 'OS', os_disk: true, size: 2 ** 40, used_size: 2 ** 39, physical_volumes: [{ name: '/dev/sda1', mount_point: '/', file_system: 'ext4', device_use: 'OS', index: 1, size: 2 ** 40 - 2 ** 21, used_size: 2 ** 39, uuid: '' }] };
  return {
    ip: `10.${octets.join('.')}`, name: `server-${number}`, hostname: `server-${number}`, os_type: 'LINUX', os_version: 'DEBIAN_12_64BIT', agent_version: '24.9.0', firmware: 'BIOS', cpu_quantity: 8, memory: 16_384,
    networks: [{ name: 'eth0', ip: `10.${octets.join('.')}`, netmask: '255.0.0.0', gateway: '10.0.0.1', mtu: 1500, mac }], disks: [disk],
    has_rsync: true, paravirtualization: true, raw_devices: '', boot_loader: 'GRUB', btrfs_list: [], volume_groups: [],
  };
}

async function made(line: Line, path: string, body: object): Promise<string> {
  const { id } = JSON.parse(await done(line, path, body)) as { readonly id: string };
  return id;
}

async function done(line: Line, path: string, body: object): Promise<string> {
  const answer = await line.ask({ method: 'POST', path, body });
  if (answer.status !== 200) throw new Error(`POST ${path} was answered with ${answer.status}: ${answer.body}\n${server.log()}`);
  return answer.body;
}

interface Spent extends Figures {
  /** Seconds of the server's process for a thousand requests. */
  readonly cpuPerThousand: number;
}

async function spent(load: () => Promise<Figures>): Promise<Spent> {
  const before = server.usage().cpu;
  const figures = await load();
  return { ...figures, cpuPerThousand: ((server.usage().cpu - before) * 1000) / figures.requests };
}

function print(what: string, figures: Spent | undefined): void {
  const told = figures === undefined ? '' : `: ${figures.perSecond.toFixed(0)} requests/s, p50 ${figures.p50.toFixed(1)} ms, p99 ${figures.p99.toFixed(1)} ms, longest ${figures.max.toFixed(0)} ms, ${figures.cpuPerThousand.toFixed(2)} CPU-s per 1,000 (PostgreSQL's apart)`;
  process.stdout.write(`${what}${told}\n`);
}
