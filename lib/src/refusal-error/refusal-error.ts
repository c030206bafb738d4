/** Why something is not done, as data: thrown once by a use case, told by each API in its own words. */
export abstract class RefusalError<Why extends { readonly kind: string }> extends Error {
  readonly refusal: Why;
  constructor(refusal: Why) {
    super(refusal.kind);
    this.refusal = refusal;
  }
}
