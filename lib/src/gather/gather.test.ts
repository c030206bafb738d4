import { expect, it } from 'vitest';
import { gathered } from './gather.ts';

/** Asked for numbers, it keeps what it was asked and answers with their doubles when it is told to. */
function asking(options: { readonly atOnce?: number; readonly most?: number; readonly bad?: number } = {}) {
  const asked: (readonly number[])[] = [];
  const open: (() => void)[] = [];
  const ask = gathered<number, number>({
    atOnce: options.atOnce ?? 1, most: options.most ?? 100,
    async askAll(questions) {
      asked.push(questions);
      await new Promise<void>((resolve) => { open.push(resolve); });
      if (options.bad !== undefined && questions.includes(options.bad)) throw new Error(`${options.bad} is bad`);
      return questions.map((question) => question * 2);
    },
  });
  /** Answers all that is asked until nothing is. */
  const answerAll = async (): Promise<void> => {
    while (open.length > 0) {
      for (const next of open.splice(0)) next();
      await new Promise((resolve) => { setImmediate(resolve); });
    }
  };
  return { ask, asked, answerAll };
}

it('asks at once when nothing is under way, and about the rest together', async () => {
  const { ask, asked, answerAll } = asking();
  const answers = [1, 2, 3].map(ask);
  expect(asked).toEqual([[1]]);
  await answerAll();
  expect(asked).toEqual([[1], [2, 3]]);
  expect(await Promise.all(answers)).toEqual([2, 4, 6]);
});

it('never answers a question with what was asked before it', async () => {
  const { ask, asked, answerAll } = asking();
  const answers = [7, 7].map(ask);
  await answerAll();
  expect(asked).toEqual([[7], [7]]);
  expect(await Promise.all(answers)).toEqual([14, 14]);
});

it('keeps to how often it may ask, and about how many', async () => {
  const { ask, asked, answerAll } = asking({ atOnce: 2, most: 2 });
  const answers = [1, 2, 3, 4, 5].map(ask);
  expect(asked).toEqual([[1], [2]]);
  await answerAll();
  expect(asked).toEqual([[1], [2], [3, 4], [5]]);
  expect(await Promise.all(answers)).toEqual([2, 4, 6, 8, 10]);
});

it('asks each by itself when asking many fails, so that one alone fails', async () => {
  const { ask, asked, answerAll } = asking({ bad: 3 });
  const answers = [1, 2, 3, 4].map(ask);
  const settled = Promise.allSettled(answers);
  await answerAll();
  expect(asked).toEqual([[1], [2, 3, 4], [2], [3], [4]]);
  expect((await settled).map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual([2, 4, 'Error: 3 is bad', 8]);
  const later = ask(5);
  await answerAll();
  expect(await later).toBe(10);
});

it('takes an answer too few for a failure', async () => {
  const ask = gathered<number, number>({ askAll: () => Promise.resolve([]), atOnce: 1, most: 10 });
  await expect(ask(1)).rejects.toThrow('1 questions have 0 answers');
});
