/** Collects an option that may be given several times; one of several words would take the arguments that follow it, too. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
