/**
 * The memory gate: a migration of 10 million listed objects (a synthetic listing, nothing to copy) must stay under 300 MiB
 * of resident memory; 200 is the target. Exits 1 when it does not.
 *
 *   node bench/src/memory.ts [--keys N]
 */
import { parseArgs } from 'node:util';
import { cases } from './cases.ts';
import { measure } from './measure.ts';
import { startStub } from './stub.ts';
import { haulier } from './tools.ts';

const gateMiB = 300;
const targetMiB = 200;

const { values } = parseArgs({ options: { keys: { type: 'string', default: '10000000' } } });
const keys = Number(values.keys);
const listing = cases.find((c) => c.name === 'noop');
if (listing === undefined) throw new Error('the listing case is gone');

await using stub = await startStub({ virtual: keys });
const tool = haulier(listing, stub);
const cost = await measure(tool.command, tool.env);
if (cost.exitCode !== 0) throw new Error(`haulier ended with ${cost.exitCode}\n${cost.output}`);
const verdict = cost.peakMiB >= gateMiB ? 'over the gate' : cost.peakMiB >= targetMiB ? 'under the gate' : 'under the target';
process.stdout.write(`${keys} keys on both sides: peak ${cost.peakMiB.toFixed(0)} MiB, ${cost.wall.toFixed(1)} s, ${cost.cpu.toFixed(1)} CPU-s: ${verdict}\n`);
process.exitCode = cost.peakMiB >= gateMiB ? 1 : 0;
