import { Counter, Gauge, type Registry } from 'prom-client';

/** What is asked at each scrape. */
export type VolumeBacklog = () => Promise<{ readonly jobs: number; readonly oldestMs: number }>;

/** Jobs on disks that came to an end. */
export function volumeJobCounter(registers: Registry[]): Counter<'kind' | 'outcome'> {
  return new Counter({ registers, name: 'haulier_volume_jobs_total', help: 'Work on disks that came to its end, by what it was and how it ended.', labelNames: ['kind', 'outcome'] });
}

/** Absent where the database does not answer. */
export function volumeBacklogGauges(registers: Registry[], backlogOf: VolumeBacklog): void {
  const oldest = new Gauge({ registers, name: 'haulier_volume_oldest_job_seconds', help: 'Age of the oldest work on disks that is not done.' });
  new Gauge({
    registers,
    name: 'haulier_volume_backlog',
    help: 'Work on disks that is not done.',
    async collect() {
      const backlog = await backlogOf().catch(() => undefined);
      for (const gauge of [this, oldest]) gauge.reset();
      if (backlog === undefined) return;
      this.set(backlog.jobs);
      oldest.set(backlog.oldestMs / 1000);
    },
  });
}
