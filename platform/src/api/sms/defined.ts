type Defined<T> = { [Key in keyof T]?: NonNullable<T[Key]> };

/** Without the properties that are undefined or null. */
export function defined<T extends object>(fields: T): Defined<T> {
  const known: Defined<T> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined && value !== null) known[key] = value;
  }
  return known;
}
