/** Lets a process die between any two of its steps, as seen from outside: what it has not said to anybody yet, it never says. */

class Died extends Error {}

export class Death {
  readonly #random: () => number;
  readonly #chance: number;
  readonly #died = Promise.withResolvers<'died'>();
  #dead = false;

  /** @param chance to die before or after one step */
  constructor(random: () => number, chance: number) {
    this.#random = random;
    this.#chance = chance;
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Resolves to what somebody outside hears. */
  heard<T>(answer: Promise<T>): Promise<T | 'died'> {
    return Promise.race([answer, this.#died.promise]);
  }

  now(): void {
    this.#dead = true;
    this.#died.resolve('died');
  }

  /** A step with an effect outside of the process: it may die before it and after it. */
  async step<T>(effect: () => T | Promise<T>): Promise<T> {
    await this.#mayDie();
    let result: T;
    try {
      result = await effect();
    } catch (error) {
      if (error instanceof Died) this.now();
      if (this.#dead) return stillness();
      throw error;
    }
    await this.#mayDie();
    return result;
  }

  /** Inside of a transaction: then the transaction has not been. */
  interrupt(): void {
    if (this.#dead || this.#random() < this.#chance) throw new Died('in a transaction');
  }

  /** The same object, each of whose methods is a step; `inside` when they are steps of a transaction. */
  over<T extends object>(target: T, where: 'outside' | 'inside' = 'outside'): T {
    const step = where === 'outside' ? (effect: () => unknown) => this.step(effect) : (effect: () => unknown) => {
      this.interrupt();
      return effect();
    };
    return new Proxy(target, {
      get(of, name): unknown {
        const value: unknown = Reflect.get(of, name);
        return typeof value === 'function' ? (...args: unknown[]) => step((): unknown => Reflect.apply(value, of, args)) : value;
      },
    });
  }

  async #mayDie(): Promise<void> {
    if (!this.#dead && this.#random() < this.#chance) this.now();
    if (this.#dead) await stillness();
  }
}

function stillness(): Promise<never> {
  return new Promise(() => undefined);
}
