/** Why something is not done, as data: thrown once by a use case, told by each API in its own words. */
export abstract class RefusalError<Why extends { readonly kind: string }> extends Error {
  readonly refusal: Why;
  /** @param options `cause`: for the log */
  constructor(refusal: Why, options?: { readonly cause: unknown }) {
    super(refusal.kind, options);
    this.refusal = refusal;
  }
}
