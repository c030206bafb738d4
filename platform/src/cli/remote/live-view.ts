/** What a server shows, drawn again as it changes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { stringifyExactJson } from '@haulier/lib/exact-json/exact-json.ts';
import type { Clock } from '../../engine/transfer/transfer.ts';
import { print, type Printing } from './answers.ts';
import { onScreen, type ScreenSize } from './screen.ts';
import { lookUntilOver, type Ending, type Onlooker } from './watch.ts';

export interface Shown<T extends object> {
  readonly look: () => Promise<T>;
  /** @param width of the terminal; undefined: there is none, and nothing is left out. */
  readonly textOf: (seen: T, width: number | undefined) => string;
  /** Never, where it is left out. */
  readonly isOver?: (seen: T) => boolean;
}

export interface LiveFlags extends Printing {
  readonly watch?: true;
}

const everyMs = 1000;
const clock: Clock = { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) };

/** Once, or with --watch until it is over: resolves to what was seen last, or to undefined (and exit code 130) after Ctrl-C. */
export async function showOrWatch<T extends object>({ look, textOf, isOver = () => false }: Shown<T>, flags: LiveFlags): Promise<T | undefined> {
  if (flags.watch === true) return watchLive({ look, isOver }, canvas(flags, textOf));
  const seen = await look();
  print(flags, seen, () => textOf(seen, process.stdout.isTTY ? sizeOf(process.stdout).columns : undefined));
  return seen;
}

async function watchLive<T>(ending: Ending<T>, onlooker: Onlooker<T>): Promise<T | undefined> {
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  process.once('SIGINT', onSignal);
  try {
    return await lookUntilOver(ending, everyMs, clock, interrupt.signal, onlooker);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = 130;
    return undefined;
  } finally {
    process.off('SIGINT', onSignal);
  }
}

function canvas<T extends object>(flags: Printing, textOf: Shown<T>['textOf']): Onlooker<T> {
  return process.stdout.isTTY && flags.json !== true ? screen(process.stdout, textOf) : changes((seen) => (flags.json === true ? `${stringifyExactJson(seen)}\n` : textOf(seen, undefined)));
}

/** In place of what was there, as much as fits: drawn again when it has changed, or the size of the terminal. */
function screen<T extends object>(terminal: NodeJS.WriteStream, textOf: Shown<T>['textOf']): Onlooker<T> {
  let drawn: string | undefined;
  let latest: { readonly seen: T; readonly at: number } | undefined;
  const draw = (note: string): void => {
    const { columns, rows } = sizeOf(terminal);
    const text = onScreen(`${latest === undefined ? '' : textOf(latest.seen, columns)}${note}`, { columns, rows });
    const [key, before] = [`${columns} ${rows} ${text}`, drawn];
    if (key === before) return;
    drawn = key;
    // What was there before the first drawing is moved up, not wiped away.
    terminal.write(`${before === undefined ? '\n'.repeat(rows) : ''}\u001b[H\u001b[J${text}`);
  };
  return {
    seen(seen) {
      latest = { seen, at: Date.now() };
      draw('');
    },
    waiting: ({ message }) => draw(`${latest === undefined ? '' : `as of ${new Date(latest.at).toISOString()}, `}waiting for an answer: ${message}\n`),
  };
}

/** Some terminals do not know how large they are. */
function sizeOf({ columns, rows }: NodeJS.WriteStream): ScreenSize {
  return columns > 0 && rows > 0 ? { columns, rows } : { columns: 80, rows: 24 };
}

/** Only what has changed, one after the other. */
function changes<T>(textOf: (seen: T) => string): Onlooker<T> {
  let told: string | undefined;
  let waits = false;
  return {
    seen(seen) {
      waits = false;
      const text = textOf(seen);
      if (text !== told) process.stdout.write(text);
      told = text;
    },
    waiting({ message }) {
      if (!waits) process.stderr.write(`haulier: waiting for an answer: ${message}\n`);
      waits = true;
    },
  };
}
