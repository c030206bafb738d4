/**
 * The port to the queue that shares work out among processes.
 *
 * A job is a hint, "this task wants a worker", and no more: it is delivered at least once, it may be stale, and it carries
 * nothing but the task's id. What is true is in the tasks and their leases; a job that is lost is put again.
 */
export interface NewJob {
  readonly taskId: number;
  /** Higher is taken earlier. */
  readonly urgency: number;
}

export interface Job {
  /** Of the queue; unique among deliveries that are not retries. */
  readonly id: string;
  readonly taskId: number;
  readonly urgency: number;
}

export interface WorkQueue {
  /** Adds the jobs of tasks that have none waiting to be taken; a job that somebody has taken does not count as waiting. */
  put(jobs: readonly NewJob[]): Promise<void>;
  /** At most `limit` jobs, the most urgent first, the oldest first among equals. */
  take(limit: number): Promise<readonly Job[]>;
  /** The job is over, whatever became of it. */
  done(job: Job): Promise<void>;
  /** Jobs waiting to be taken. */
  depth(): Promise<number>;
  /** Ends the queue's own upkeep; jobs that were taken stay taken. */
  close(): Promise<void>;
}
