/** Sums Vitest's JSON reports in a folder up to one line, e.g. `812 passed, 0 failed, 3 skipped`. Fails when no test ran. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
const sum = (count) => reports.map(count).reduce((a, b) => a + b, 0);

// A file that could not be loaded has failed without a failed test.
const broken = sum(({ testResults }) => testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed')).length);
const passed = sum((report) => report.numPassedTests);
const failed = sum((report) => report.numFailedTests) + broken;
const skipped = sum((report) => report.numPendingTests + report.numTodoTests);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = passed + failed > 0 ? 0 : 1;
