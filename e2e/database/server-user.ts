/** A process that uses the database server of a data folder (first argument) until its standard input ends. */
import { startDatabaseServer } from '@haulier/platform/database/server/server.ts';

const [dataFolder = '', elsewhere = ''] = process.argv.slice(2);
const server = await startDatabaseServer({
  dataFolder,
  elsewhere,
  env: process.env,
  log: { info() {}, warn: (message) => console.error(message) },
});
console.log(JSON.stringify(server.connection));
process.stdin.on('end', () => void server.release());
process.stdin.resume();
