/** Something that keeps the program from starting and that a person can mend. The message says what and how; it is all that is shown. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}
