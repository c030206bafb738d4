/**
 * Sums the tallies in a folder up to one line, e.g. `812 passed, 0 failed, 3 skipped`: what `tally.js` noted, and `{"exit":0}` when the
 * run has ended. A run that did not end well although none of its tests failed counts as one failure, and so does every file that
 * it was stopped in. Fails when no test ran.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of readdirSync(folder)) {
  const run = sumOf(readFileSync(join(folder, name), 'utf8').split('\n').flatMap(parsed));
  for (const file of run.unfinished) console.error(`${name}: stopped in ${file}`);
  if (run.failed === 0 && run.exit !== 0) console.error(`${name}: ended with ${run.exit ?? 'nothing'}, although no test of it failed`);
  total.passed += run.passed;
  total.failed += run.failed === 0 && run.exit !== 0 ? 1 : run.failed;
  total.skipped += run.skipped;
}
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.passed + total.failed > 0 ? 0 : 1;

function sumOf(lines) {
  const ended = lines.filter((line) => 'ended' in line);
  const names = new Set(ended.map((line) => line.ended));
  const unfinished = lines.flatMap(({ begun }) => (begun === undefined || names.has(begun) ? [] : [begun]));
  const sum = (field) => lines.map((line) => line[field] ?? 0).reduce((a, b) => a + b, 0);
  return { passed: sum('passed'), failed: sum('failed') + sum('errors') + unfinished.length, skipped: sum('skipped'), unfinished, exit: lines.find((line) => 'exit' in line)?.exit };
}

/** A line may have been cut short with its run. */
function parsed(line) {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
