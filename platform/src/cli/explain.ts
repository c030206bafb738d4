/** `haulier explain`: what an error code of the APIs means. */
import type { Command } from 'commander';
import type { Explanation } from '../main/error-codes.ts';
import { UsageError } from './usage-error.ts';

interface ExplainFlags {
  readonly search?: readonly string[];
  readonly json?: true;
}

export function addExplainCommand(command: Command): void {
  command
    .option('-s, --search <word...>', 'list the codes whose texts have all of these words')
    .option('--json', 'print JSON')
    .addHelpText('after', `
Without a code every code is listed, one a line. Upper and lower case are the same, and the dot may be missing.

Exit codes: 0 done, 2 no such code.

Examples:
  haulier explain OMS.1018
  haulier explain oms1018 --json
  haulier explain EVS.1042
  haulier explain --search source bucket`)
    .action(explain);
}

async function explain(code: string | undefined, { search, json }: ExplainFlags): Promise<void> {
  const codes = await import('../main/error-codes.ts');
  if (code === undefined) {
    print(codes.searchCodes(search ?? []), json, (found) => found.map(lineOf).join(''));
    return;
  }
  if (search !== undefined) throw new UsageError('give a code or --search, not both');
  const found = codes.explainCode(code);
  if (found === undefined) throw new UsageError(`no API has a code "${code}"${hintOf(codes.nearCodes(code))}`);
  print(found, json, paragraphOf);
}

function print<T>(value: T, json: true | undefined, toText: (value: T) => string): void {
  process.stdout.write(json === true ? `${JSON.stringify(value, undefined, 2)}\n` : toText(value));
}

function lineOf({ code, message }: Explanation): string {
  return `${code.padEnd(20)} ${message}\n`;
}

function paragraphOf({ code, statuses, message, description, solution, outOfDate, ours }: Explanation): string {
  const lines = [
    ['Status', statuses.map(statusText).join(', ')],
    ['Description', description],
    ['Solution', solution],
    ['Note', outOfDate ? 'only among the out-of-date codes of the reference (section 6.3)' : undefined],
    ['Note', ours === true ? 'a code of Haulier’s own: the documents have none for this' : undefined],
  ] as const;
  const shown = lines.flatMap(([name, text]) => (text === undefined || text === '' ? [] : [`  ${`${name}:`.padEnd(13)}${text}\n`]));
  return `${code}  ${message}\n${shown.join('')}`;
}

/** With status 200 a code comes in the answer about a task, as the reason why it failed. */
function statusText(status: number): string {
  return status === 200 ? '200 (the reason of a failed task)' : String(status);
}

function hintOf(near: readonly string[]): string {
  return near.length === 0 ? '; "haulier explain" lists all' : `; did you mean ${near.join(', ')}?`;
}
