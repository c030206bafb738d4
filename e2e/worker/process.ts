/** A process of its own that works on the tasks of a database until it is killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openRoom } from './room.ts';

const [connectionString = '', root = '', delay = '0'] = process.argv.slice(2);

const { room, log } = await openRoom({
  connectionString,
  root,
  around: (store, { bucket }) => (bucket !== 'destination' ? store : {
    ...store,
    async write(...args) {
      await sleep(Number(delay));
      return store.write(...args);
    },
  }),
});
room.start();
process.on('SIGTERM', () => {
  void room.stop().then(() => process.exit(0));
});
setInterval(() => {
  while (log.length > shown) process.stdout.write(`${log[(shown += 1) - 1] ?? ''}\n`);
}, 50);
let shown = 0;
