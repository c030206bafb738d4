/**
 * Questions that come one by one and are asked many at a time: while one is under way, those that come meanwhile wait for each other.
 * An idle process asks at once, and a busy one asks less often. No answer is older than its question.
 */

interface GatherOptions<Question, Answer> {
  /** Resolves to an answer for each question, in their order. */
  readonly askAll: (questions: readonly Question[]) => Promise<readonly Answer[]>;
  /** How often it is asked at the same time; one that hangs then does not hold up all. */
  readonly atOnce: number;
  /** Questions in one go. */
  readonly most: number;
}

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer | PromiseLike<Answer>) => void;
  readonly reject: (error: unknown) => void;
}

/** Where asking many fails, each is asked by itself, so that none fails for another's fault. */
export function gathered<Question, Answer>({ askAll, atOnce, most }: GatherOptions<Question, Answer>): (question: Question) => Promise<Answer> {
  let waiting: Waiting<Question, Answer>[] = [];
  let underWay = 0;

  function askOn(): void {
    while (underWay < atOnce && waiting.length > 0) {
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      underWay += 1;
      void settle(batch).finally(() => {
        underWay -= 1;
        askOn();
      });
    }
  }

  async function settle(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      answer(batch, await askAll(batch.map(({ question }) => question)));
    } catch (error) {
      const [only] = batch;
      if (only !== undefined && batch.length === 1) only.reject(error);
      else await Promise.all(batch.map((one) => settle([one])));
    }
  }

  return (question) => new Promise((resolve, reject) => {
    waiting.push({ question, resolve, reject });
    askOn();
  });
}

function answer<Question, Answer>(batch: readonly Waiting<Question, Answer>[], answers: readonly Answer[]): void {
  if (answers.length !== batch.length) throw new RangeError(`${batch.length} questions have ${answers.length} answers`);
  for (const [index, found] of answers.entries()) batch[index]?.resolve(found);
}
