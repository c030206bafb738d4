/**
 * Imports go one way. Each room names what it may import; anything else of the project is an error.
 * `docs/architecture.md` says why; `e2e/fixtures/lint/` holds a file that must fail.
 */
const platform = 'platform/src';

/** room → the rooms of platform/src it may import besides itself; `lib` and `wire` are workspaces. */
const allowed = {
  'object-store': ['lib'],
  engine: ['object-store', 'lib'],
  providers: ['object-store', 'lib'],
  'object-migration': ['object-store', 'engine', 'lib'],
  'server-migration': ['object-store', 'engine', 'volumes', 'lib'],
  volumes: ['object-store', 'engine', 'lib'],
  'volume-backends': ['volumes', 'lib'],
  identity: ['lib'],
  api: ['wire', 'lib', 'object-migration', 'server-migration', 'volumes', 'identity', 'object-store', 'engine'],
  worker: ['object-migration', 'server-migration', 'volumes', 'engine', 'object-store', 'queue', 'lib'],
  database: ['object-migration', 'server-migration', 'volumes', 'identity', 'engine', 'object-store', 'lib'],
  queue: ['object-migration', 'database', 'lib'],
  notify: ['object-migration', 'lib'],
  target: ['server-migration', 'lib'],
  cli: ['engine', 'object-store', 'providers', 'wire', 'lib', 'main'],
};

const all = [...Object.keys(allowed), 'main', 'wire'];

/** What a provider may import beside its own folder: what several of them speak, and what all of them share. */
const besideProviders = '(?:s3|web)/|(?:cloud-provider|region-catalogue|built-in-regions)\\.ts$';

/** What a file of a room may not import. `more` are further patterns. */
function walls(room, more = []) {
  const may = allowed[room];
  return ['error', {
    patterns: [
      ...all.filter((other) => other !== room && !may.includes(other) && other !== 'wire').map((other) => ({
        regex: `^(\\.\\./)+${other}/`,
        message: `${room} may not import ${other}.`,
      })),
      ...(may.includes('wire') ? [] : [{ regex: '^@haulier/wire', message: `${room} may not import wire.` }]),
      ...more,
    ],
  }];
}

/** Files so many folders below `providers/` that they leave their cloud's folder by `up`. */
function providersAt(files, up) {
  const regex = `^${up.replaceAll('.', '\\.')}(?!\\.\\./|${besideProviders})`;
  const patterns = walls('providers', [{ regex, message: 'A provider imports no other cloud, but s3/ and web/.' }]);
  return { files: [`${platform}/providers/${files}`], ignores: ['**/*.test.ts'], rules: { 'no-restricted-imports': patterns } };
}

export const rooms = [
  {
    files: ['wire/src/**/*.ts', 'lib/src/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['@haulier/*', '**/platform/**'], message: 'wire and lib import nothing of the project.' }] }] },
  },
  ...Object.keys(allowed).map((room) => ({ files: [`${platform}/${room}/**/*.ts`], ignores: ['**/*.test.ts'], rules: { 'no-restricted-imports': walls(room) } })),
  providersAt('*/*.ts', '../'),
  providersAt('*/*/*.ts', '../../'),
];
