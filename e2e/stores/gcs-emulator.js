/**
 * The Storage emulator of firebase-tools, which speaks the JSON API of Google Cloud Storage and checks no token, without the
 * Java program that would judge its security rules: everything is allowed.
 *
 * usage: node gcs-emulator.js FOLDER-OF-FIREBASE-TOOLS PORT FOLDER-FOR-BLOBS
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [tools, port, blobs] = process.argv.slice(2);
const load = createRequire(join(tools, 'node_modules/firebase-tools/lib/emulator/storage/'));
const { StorageEmulator } = load('./index.js');
const { StorageRulesRuntime } = load('./rules/runtime.js');
const { EmulatorRegistry } = load('../registry.js');

const noIssues = { errors: [], warnings: [], exist: () => false, all: [] };
Object.assign(StorageRulesRuntime.prototype, {
  start() {
    this._alive = true;
    return Promise.resolve();
  },
  stop: () => Promise.resolve(),
  loadRuleset: () => Promise.resolve({ ruleset: { rulesVersion: 2, verify: () => Promise.resolve({ permitted: true, issues: noIssues }) }, issues: noIssues }),
});
EmulatorRegistry.url = () => new URL(`http://127.0.0.1:${port}/`);

const emulator = new StorageEmulator({ projectId: 'demo-project', host: '127.0.0.1', port: Number(port), rules: { name: import.meta.filename, content: '' }, auto_download: false });
emulator.getPersistenceTmpDir = () => blobs;
emulator._persistence.reset(blobs);
await emulator.start();
