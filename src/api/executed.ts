import type { PublicTask } from '../core/publicTask.ts';
import type { SessionStats } from '../core/stats.ts';

export interface TaskIds {
  readonly sessionId: string;
  readonly taskId: string;
}

/** What executing a task answers with. */
export interface Executed extends TaskIds {
  readonly task: PublicTask;
  readonly stats: SessionStats;
}
