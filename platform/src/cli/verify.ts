/** `haulier verify`: whether what was to be migrated has arrived. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Command } from 'commander';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { parseLocation } from './migrate/location.ts';
import { accessHelp, addAccessOptions, type AccessFlags } from './remote/server-access.ts';
import type { StoreFlags } from './remote/store-keys.ts';
import { exitCode } from './run-program.ts';
import { readConfig } from './server-options.ts';
import { formatBytes } from './units.ts';

interface VerifyFlags extends AccessFlags, StoreFlags {
  readonly config?: string;
  readonly bytes?: true;
  readonly report?: string;
  readonly json?: true;
}

export function addVerifyCommand(command: Command): void {
  addAccessOptions(command)
    .option('-c, --config <file>', 'configuration file, for SRC and DST')
    .option('--src-profile <name>', 'profile with the keys of the source')
    .option('--dst-profile <name>', 'profile with the keys of the destination')
    .option('--bytes', 'read both sides where no digest that both stores keep decides')
    .option('--report <file>', 'write the report here: JSON lines, closed by a digest over all of them')
    .option('--json', 'print the closing line of the report as JSON')
    .addHelpText('after', `
TASK is the id of a task of a server. SRC and DST are those of haulier migrate; no server is needed then.

Exit codes: 0 everything is there and the same, 1 something is different, missing or unreadable, 2 usage or configuration,
130 interrupted. What is only at the destination is told and is no failure.
${accessHelp}

Examples:
  haulier verify 180890111968184 --report proof.jsonl
  haulier verify aws:eu-west-1/photos hec:cn-north-4/photos --bytes
  head -n -1 proof.jsonl | sha256sum    # the digest of the closing line`)
    .action(verify);
}

/** The lines of a report; see `engine/comparison/report.ts`. */
const End = Type.Object({
  end: Type.Literal(true), identical: Type.Integer(), different: Type.Integer(), missing: Type.Integer(), extra: Type.Union([Type.Integer(), Type.Null()]), unreadable: Type.Integer(),
  bytes: Type.Integer(), lines: Type.Integer(), sha256: Type.String(),
});
const Broken = Type.Object({ end: Type.Literal(false), side: Type.String(), why: Type.String() });
const Line = Type.Object({ result: Type.String(), key: Type.Optional(Type.String()), to: Type.Optional(Type.String()), why: Type.Optional(Type.String()) });

/** Lines that are shown of each report, besides its end. */
const mostShown = 20;

async function verify(what: string, dst: string | undefined, flags: VerifyFlags): Promise<void> {
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort(new Error('interrupted'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const texts = dst === undefined ? await ofTask(what, flags, interrupt.signal) : ofPlaces(what, dst, flags, interrupt.signal);
    process.exitCode = await consume(texts, flags);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = exitCode.interrupted;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

async function ofTask(id: string, flags: VerifyFlags, signal: AbortSignal): Promise<AsyncIterable<string>> {
  const { verifyTask } = await import('./remote/verify-task.ts');
  return verifyTask(id, { ...flags, readBytes: flags.bytes === true }, signal);
}

async function* ofPlaces(srcText: string, dstText: string, flags: VerifyFlags, signal: AbortSignal): AsyncGenerator<string> {
  const [source, destination] = [parseLocation(srcText, process.cwd()), parseLocation(dstText, process.cwd())];
  const config = readConfig({ ...(flags.config === undefined ? {} : { config: flags.config }) });
  const { openCatalogue } = await import('../main/open-catalogue.ts');
  const { createStoreRuntime } = await import('../main/store-runtime.ts');
  const { compareStandalone } = await import('../main/standalone.ts');
  const { openEnd } = await import('./migrate/end.ts');
  const stores = { catalogue: openCatalogue(config), runtime: createStoreRuntime() };
  const src = await openEnd('src', source, flags.srcProfile, stores);
  const dst = await openEnd('dst', destination, flags.dstProfile, stores);
  try {
    yield* compareStandalone({ source: src.store, destination: dst.store, prefix: source.prefix, savePrefix: destination.prefix, readBytes: flags.bytes === true }, signal);
  } finally {
    await Promise.all([src.store.close(), dst.store.close()]);
  }
}

/** Writes the report down and tells what it says. */
async function consume(texts: AsyncIterable<string>, flags: VerifyFlags): Promise<number> {
  const file = flags.report === undefined ? undefined : createWriteStream(flags.report);
  let shown = 0;
  let last: unknown;
  for await (const text of wholeLines(texts)) {
    if (file?.write(text) === false) await once(file, 'drain');
    for (const row of text.trimEnd().split('\n')) {
      last = JSON.parse(row);
      if (flags.json !== true && Value.Check(Line, last) && last.result !== 'identical' && shown++ < mostShown) process.stderr.write(`${describe(last)}\n`);
    }
  }
  if (file !== undefined) await new Promise<void>((resolve, reject) => file.once('error', reject).end(resolve));
  if (shown > mostShown) process.stderr.write(`… and ${shown - mostShown} more${flags.report === undefined ? '; --report FILE keeps them all' : ''}\n`);
  return conclude(last, flags);
}

/** A stream over the network is cut anywhere. */
async function* wholeLines(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const text of texts) {
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) yield rest + text.slice(0, end);
    rest = end > 0 ? text.slice(end) : rest + text;
  }
}

function describe({ result, key, to, why }: Static<typeof Line>): string {
  return `${result.padEnd(10)} ${JSON.stringify(key ?? to)}${why === undefined ? '' : `: ${why}`}`;
}

function conclude(last: unknown, flags: VerifyFlags): number {
  if (!Value.Check(End, last)) {
    const why = Value.Check(Broken, last) ? `the ${last.side} could not be read to its end: ${last.why}` : 'the report broke off before its end';
    process.stderr.write(`haulier: ${why}; nothing is proven\n`);
    return exitCode.failed;
  }
  const { identical, different, missing, extra, unreadable, bytes, lines, sha256 } = last;
  process.stdout.write(flags.json === true ? `${JSON.stringify(last)}\n` : [
    `identical   ${identical} (${formatBytes(bytes)})`, `different   ${different}`, `missing     ${missing}`, `extra       ${extra ?? 'not looked for'}`, `unreadable  ${unreadable}`,
    `digest      sha256 ${sha256} over ${lines} lines`, '',
  ].join('\n'));
  return different + missing + unreadable === 0 ? exitCode.done : exitCode.failed;
}
