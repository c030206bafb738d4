/** Questions to the person at the terminal, on standard error, so that standard output stays for results. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { InterruptedError } from './usage-error.ts';

export interface Terminal {
  readonly ask: (question: string) => Promise<string>;
  /** The answer is not echoed. */
  readonly askSecret: (question: string) => Promise<string>;
}

/**
 * Only where standard input is a terminal.
 *
 * @throws InterruptedError when there is no answer.
 */
export async function withTerminal<T>(dialogue: (terminal: Terminal) => Promise<T>): Promise<T> {
  let muted = false;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!muted) process.stderr.write(chunk);
      done();
    },
  });
  const prompt = createInterface({ input: process.stdin, output, terminal: true });
  const closed = new AbortController();
  prompt.once('close', () => closed.abort());
  const ask = (question: string): Promise<string> => prompt.question(question, { signal: closed.signal }).catch((error: unknown) => {
    throw new InterruptedError('no answer', { cause: error });
  });
  try {
    return await dialogue({
      ask,
      async askSecret(question) {
        process.stderr.write(question);
        muted = true;
        const answer = await ask('');
        muted = false;
        process.stderr.write('\n');
        return answer;
      },
    });
  } finally {
    prompt.close();
  }
}
