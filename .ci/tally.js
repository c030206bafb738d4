/**
 * A reporter of Vitest that notes what it knows as soon as it knows it, so that a run that is stopped still counts. Adds lines of JSON
 * to the file named by HAULIER_TALLY: `{"begun":FILE}`, `{"ended":FILE,"passed":1,"failed":0,"skipped":0}`, and at the end
 * `{"errors":0}`, those that belong to no test.
 */
import { appendFileSync } from 'node:fs';

const file = process.env.HAULIER_TALLY;
const note = (line) => appendFileSync(file, `${JSON.stringify(line)}\n`);

export default class Tally {
  onTestModuleQueued(module) {
    note({ begun: module.relativeModuleId });
  }

  onTestModuleEnd(module) {
    note({ ended: module.relativeModuleId, ...countOf(module) });
  }

  onTestRunEnd(modules, errors) {
    note({ errors: errors.length });
  }
}

/** A file or a group of tests that could not be loaded, set up or cleaned up has failed beside its tests, which may have been skipped for it. */
function countOf(module) {
  const states = [...module.children.allTests()].map((test) => test.result().state);
  const broken = [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
  const having = (state) => states.filter((each) => each === state).length;
  const failed = having('failed') + broken.length;
  return { passed: having('passed'), failed: failed === 0 && module.state() === 'failed' ? 1 : failed, skipped: having('skipped') };
}
