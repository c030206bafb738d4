import { brokenRule, fieldRules, refusedByName } from './errors.ts';
import type { DocumentedCode } from './error-catalogue.ts';

/** Lengths in characters (code points); 0 to `max` where `min` is absent. */
export interface Length {
  readonly min?: number;
  readonly max: number;
}

/**
 * Reads the fields of one JSON object. Each read throws the error of the first rule that its field breaks, so the
 * order of reads is the order in which errors are answered. null counts as absent, as SDKs send it; fields that
 * nobody reads are ignored.
 */
export class Fields {
  readonly #values: object;
  readonly #path: string;
  readonly #invalid: DocumentedCode;

  /** @param invalid answered where a value breaks a length or an enumeration and the field has no code of its own. */
  constructor(value: unknown, path: string, invalid: DocumentedCode) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw brokenRule(fieldRules.wrongType, path);
    this.#values = value;
    this.#path = path;
    this.#invalid = invalid;
  }

  /** Where a field is, for people: `dst_node.region`. */
  path(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  /** Neither absent nor an empty string. */
  isFilled(name: string): boolean {
    const value = this.#value(name);
    return value !== undefined && value !== '';
  }

  text(name: string, length: Length, invalid: DocumentedCode = this.#invalid): string | undefined {
    const value = this.#value(name);
    return value === undefined ? undefined : checkedText(value, this.path(name), length, invalid);
  }

  /** An empty string is absent: the documents' strings of length 0. */
  filledText(name: string, length: Length, invalid: DocumentedCode = this.#invalid): string | undefined {
    return this.isFilled(name) ? this.text(name, length, invalid) : undefined;
  }

  /** Mandatory, and useless when empty even where the table's minimum length is 0. */
  requiredText(name: string, length: Length, invalid: DocumentedCode = this.#invalid): string {
    return this.text(name, { ...length, min: 1 }, invalid) ?? this.#missing(name);
  }

  /** Mandatory, and may well be empty. */
  presentText(name: string, length: Length, invalid: DocumentedCode = this.#invalid): string {
    return this.text(name, length, invalid) ?? this.#missing(name);
  }

  requiredPattern(name: string, pattern: RegExp, length: Length, invalid: DocumentedCode = this.#invalid): string {
    const value = this.requiredText(name, length, invalid);
    if (!pattern.test(value)) throw brokenRule(invalid, this.path(name));
    return value;
  }

  flag(name: string, absent: boolean): boolean {
    const value = this.#value(name);
    if (value === undefined) return absent;
    if (typeof value !== 'boolean') throw brokenRule(fieldRules.wrongType, this.path(name));
    return value;
  }

  choice<const T extends string>(name: string, choices: readonly T[], invalid: DocumentedCode = this.#invalid): T | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    return checkedChoice(value, this.path(name), choices, invalid);
  }

  /** What `choice` will read, where that is right; for a field that others before it depend on. */
  peek<const T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.#value(name);
    return choices.find((candidate) => candidate === value);
  }

  /** Where the documents say that an empty value means the default. */
  filledChoice<const T extends string>(name: string, choices: readonly T[]): T | undefined {
    return this.isFilled(name) ? this.choice(name, choices) : undefined;
  }

  requiredChoice<const T extends string>(name: string, choices: readonly T[]): T {
    return this.choice(name, choices) ?? this.#missing(name);
  }

  integer(name: string): bigint | undefined {
    const value = this.#value(name);
    return value === undefined ? undefined : checkedInteger(value, this.path(name));
  }

  requiredInteger(name: string): bigint {
    return this.integer(name) ?? this.#missing(name);
  }

  list(name: string): readonly unknown[] | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw brokenRule(fieldRules.wrongType, this.path(name));
    const items: readonly unknown[] = value;
    return items;
  }

  requiredList(name: string): readonly unknown[] {
    return this.list(name) ?? this.#missing(name);
  }

  object(name: string, invalid: DocumentedCode = this.#invalid): Fields | undefined {
    const value = this.#value(name);
    return value === undefined ? undefined : new Fields(value, this.path(name), invalid);
  }

  requiredObject(name: string, invalid: DocumentedCode): Fields {
    return this.object(name, invalid) ?? this.#missing(name);
  }

  #value(name: string): unknown {
    const own = Object.getOwnPropertyDescriptor(this.#values, name);
    const value: unknown = own?.value;
    return value === null ? undefined : value;
  }

  #missing(name: string): never {
    throw brokenRule(fieldRules.missing, this.path(name));
  }
}

/** Refuses by name what neither a store nor the database can hold: NUL and halves of surrogate pairs. */
export function checkedText(value: unknown, path: string, { min = 0, max }: Length, invalid: DocumentedCode): string {
  if (typeof value !== 'string') throw brokenRule(fieldRules.wrongType, path);
  if (value.includes('\0') || !value.isWellFormed()) throw refusedByName(path);
  const length = characters(value);
  if (length < min || length > max) throw brokenRule(invalid, path);
  return value;
}

export function checkedChoice<const T extends string>(value: unknown, path: string, choices: readonly T[], invalid: DocumentedCode): T {
  if (typeof value !== 'string') throw brokenRule(fieldRules.wrongType, path);
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw brokenRule(invalid, path);
  return choice;
}

/** An integer as `parseExactJson` reads it. */
export function checkedInteger(value: unknown, path: string): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw brokenRule(fieldRules.wrongType, path);
}

/** Code points. */
export function characters(text: string): number {
  return Array.from(text).length;
}
