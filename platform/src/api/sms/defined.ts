type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without the properties that are undefined. */
export function defined<T extends object>(fields: T): Defined<T> {
  const known: Defined<T> = { ...fields };
  for (const key in known) if (known[key] === undefined) delete known[key];
  return known;
}
