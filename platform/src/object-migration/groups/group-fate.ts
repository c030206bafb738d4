/** What a group comes to when nobody asks for anything: the event that its tasks make due. */
import type { GroupState, TaskCounts } from './group.ts';
import type { GroupEvent } from './group-life-cycle.ts';

export interface GroupFacts {
  readonly state: GroupState;
  /** All tasks are made. */
  readonly splitOver: boolean;
  readonly tasks: TaskCounts;
}

/** Undefined while there is nothing to do but to wait. */
export function dueEvent({ state, splitOver, tasks }: GroupFacts): GroupEvent | undefined {
  const running = tasks.waiting + tasks.executing > 0;
  const ended = splitOver && !running && tasks.paused === 0;
  const end: GroupEvent = tasks.failed > 0 ? 'finish-with-failures' : 'finish';
  switch (state) {
    case 'monitoring':
      if (ended) return end;
      return running ? undefined : 'rest';
    case 'pausing':
      if (ended) return end;
      return running ? undefined : 'drain';
    case 'paused':
      if (ended) return end;
      return running && splitOver ? 'go-on' : undefined;
    case 'failed':
      if (running) return 'go-on';
      return ended && tasks.failed === 0 ? 'finish' : undefined;
    case 'waiting':
    case 'creating':
    case 'creation-failed':
    case 'succeeded':
    case 'to-delete':
    case 'deleting':
      return undefined;
  }
}
