/** What a server shows, drawn again as it changes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { stringifyExactJson } from '@haulier/lib/exact-json/exact-json.ts';
import type { Clock } from '../../engine/transfer/transfer.ts';
import { print, type Printing } from './answers.ts';
import { lookUntilOver, type Ending } from './watch.ts';

export interface Shown<T extends object> {
  readonly look: () => Promise<T>;
  readonly textOf: (seen: T) => string;
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
  print(flags, seen, () => textOf(seen));
  return seen;
}

async function watchLive<T>(ending: Ending<T>, onSeen: (seen: T) => void): Promise<T | undefined> {
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  process.once('SIGINT', onSignal);
  try {
    return await lookUntilOver(ending, everyMs, clock, interrupt.signal, onSeen);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = 130;
    return undefined;
  } finally {
    process.off('SIGINT', onSignal);
  }
}

/** On a terminal in place of what was there; elsewhere, and as JSON, only what has changed. */
function canvas<T extends object>(flags: Printing, textOf: (seen: T) => string): (seen: T) => void {
  const inPlace = process.stdout.isTTY && flags.json !== true;
  let drawn: string | undefined;
  return (seen) => {
    const text = flags.json === true ? `${stringifyExactJson(seen)}\n` : textOf(seen);
    if (text === drawn) return;
    drawn = text;
    process.stdout.write(inPlace ? `\u001b[H\u001b[J${text}` : text);
  };
}
