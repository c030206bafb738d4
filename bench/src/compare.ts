/**
 * Side by side with rclone: alternating runs, medians, ratios.
 *
 *   node bench/src/compare.ts [CASE …] [--runs N] [--json]
 */
import { parseArgs } from 'node:util';
import { cases, holdsEverything, type Case } from './cases.ts';
import { measure, median, type Cost } from './measure.ts';
import { startStub, type Stub } from './stub.ts';
import { haulier, rclone, type Tool } from './tools.ts';

interface Sample extends Cost {
  readonly requests: number;
}

interface Result {
  readonly case: string;
  readonly tool: string;
  readonly wall: number;
  readonly cpu: number;
  readonly cpuPerUnit: number;
  readonly unit: string;
  readonly peakMiB: number;
  readonly requests: number;
}

async function runOnce(run: Case, tool: Tool, stub: Stub): Promise<Sample> {
  await stub.reset();
  const cost = await measure(tool.command, tool.env);
  const stats = await stub.stats();
  if (cost.exitCode !== 0 || !holdsEverything(run.expected, stats)) {
    throw new Error(`${tool.name} on ${run.name}: exit ${cost.exitCode}, ${stats.dstObjects} objects, ${stats.dstBytes} bytes arrived\n${cost.output}`);
  }
  return { ...cost, requests: stats.total };
}

function summarise(run: Case, tool: string, samples: readonly Sample[]): Result {
  const cpu = median(samples.map((s) => s.cpu));
  return {
    case: run.name, tool, cpu,
    wall: median(samples.map((s) => s.wall)),
    cpuPerUnit: cpu / run.unit.count, unit: run.unit.name,
    peakMiB: median(samples.map((s) => s.peakMiB)),
    requests: median(samples.map((s) => s.requests)),
  };
}

async function compare(run: Case, runs: number): Promise<readonly Result[]> {
  await using stub = await startStub(run.stub);
  const tools = [haulier(run, stub), rclone(run, stub)];
  const samples = new Map<string, Sample[]>(tools.map((tool) => [tool.name, []]));
  for (let i = 0; i < runs; i++) {
    for (const tool of tools) samples.get(tool.name)?.push(await runOnce(run, tool, stub));
  }
  return tools.map((tool) => summarise(run, tool.name, samples.get(tool.name) ?? []));
}

function verdict(run: Case, ratio: number): string {
  if (ratio >= run.targets[1]) return 'meets the second target';
  return ratio >= run.targets[0] ? 'meets the first target' : 'below target';
}

function row(run: Case, results: readonly Result[]): string {
  const [ours, theirs] = results;
  if (ours === undefined || theirs === undefined) throw new Error('a tool gave no result');
  const ratio = theirs[run.ratioOf] / ours[run.ratioOf];
  const cells = [
    `${run.name}: ${run.about}`, `${ours.wall.toFixed(2)} / ${theirs.wall.toFixed(2)}`, `${ours.cpu.toFixed(2)} / ${theirs.cpu.toFixed(2)}`,
    `${(ours.cpuPerUnit * 1e6).toFixed(0)} µs/${ours.unit}`, `${ours.peakMiB.toFixed(0)} / ${theirs.peakMiB.toFixed(0)}`,
    `${ours.requests} / ${theirs.requests}`, `**${ratio.toFixed(1)}×** ${run.ratioOf}`, `${run.targets[0]}× / ${run.targets[1]}×`, verdict(run, ratio),
  ];
  return `| ${cells.join(' | ')} |`;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '3' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});
if (values.help) {
  process.stdout.write(`usage: compare.ts [CASE …] [--runs N] [--json]\n\ncases:\n${cases.map((c) => `  ${c.name.padEnd(10)} ${c.about}`).join('\n')}\n`);
  process.exit(0);
}
const unknown = positionals.filter((name) => !cases.some((c) => c.name === name));
if (unknown.length > 0) {
  process.stderr.write(`no such case: ${unknown.join(', ')}; there are ${cases.map((c) => c.name).join(', ')}\n`);
  process.exit(2);
}
if (!values.json) {
  process.stdout.write('| case | wall s, ours / rclone | CPU s | CPU per unit | peak MiB | requests | ratio | targets | |\n|---|---|---|---|---|---|---|---|---|\n');
}
for (const run of cases.filter((c) => positionals.length === 0 || positionals.includes(c.name))) {
  const results = await compare(run, Number(values.runs));
  process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : `${row(run, results)}\n`);
}
