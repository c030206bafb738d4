/** The queue over pg-boss, on the database that everything else is in. */
import { PgBoss } from 'pg-boss';
import type { Job, NewJob, WorkQueue } from './work-queue.ts';

/** A pool of `pg`, or anything that runs one statement as it does. */
export interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

export interface PgBossQueueOptions {
  readonly database: Queryable;
  /** Called for errors of the queue's upkeep, which is tried again by itself. */
  readonly onError: (error: unknown) => void;
}

const queueName = 'migration';
const schema = 'pgboss';

/** Longer than a worker ever keeps a job; one that is still taken after this belonged to a worker that died. */
const jobLifeSeconds = 3600;

/**
 * `short` lets one job of a task wait while others of it are taken: a job that died with its worker stays "active" in
 * pg-boss for an hour and must not keep the task from a new one. Nothing is retried here, since the dispatcher puts a job
 * for every task that wants a worker.
 */
const queueOptions = { policy: 'short', retryLimit: 0, expireInSeconds: jobLifeSeconds, deleteAfterSeconds: 600, retentionSeconds: 24 * 3600 } as const;

/** Installs or upgrades pg-boss's own schema where that is due. */
export async function openPgBossQueue({ database, onError }: PgBossQueueOptions): Promise<WorkQueue> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => database.query(text, values) },
    schema,
    schedule: false,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    maintenanceIntervalSeconds: 60,
  });
  boss.on('error', onError);
  await boss.start();
  await boss.createQueue(queueName, queueOptions);
  return {
    put: (jobs) => put(boss, jobs),
    take: (limit) => take(boss, limit),
    async done(job) {
      await boss.complete(queueName, job.id);
    },
    async depth() {
      return (await boss.findJobs(queueName, { queued: true })).length;
    },
    close: () => boss.stop({ graceful: false, close: false }),
  };
}

async function put(boss: PgBoss, jobs: readonly NewJob[]): Promise<void> {
  if (jobs.length === 0) return;
  await boss.insert(
    queueName,
    jobs.map(({ taskId, urgency }) => ({ data: { taskId, urgency }, priority: urgency, singletonKey: String(taskId) })),
    { returnId: false },
  );
}

async function take(boss: PgBoss, limit: number): Promise<readonly Job[]> {
  if (limit < 1) return [];
  const jobs = await boss.fetch<NewJob>(queueName, { batchSize: limit });
  return jobs.map((job) => ({ ...job.data, id: job.id }));
}
