/** A process of its own that works on the tasks of a database until it is killed. */
import type { SocketConnection } from '@haulier/platform/database/connect.ts';
import { slowly } from './around-writes.ts';
import { openRoom } from './room.ts';

const [connection = '', root = '', delay = '0'] = process.argv.slice(2);

const { room } = await openRoom({
  connection: JSON.parse(connection) as SocketConnection,
  root,
  around: slowly(Number(delay)),
});
room.start();
process.on('SIGTERM', () => {
  void room.stop().then(() => process.exit(0));
});
