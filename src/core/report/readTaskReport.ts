import type { SessionManager } from '../sessionManager.ts';
import { type PlanVersion, planVersionsOf } from './planVersions.ts';
import { type ReportedChanges, taskReport } from './taskReport.ts';

/** What a report is made from. */
export type ReportSource = Pick<SessionManager, 'getTask' | 'getSession' | 'readRecords'>;

/** The report of a task, as `taskReport` writes it; `diffs` is what it shows of the changes. Rejects with `not_found`. */
export async function readTaskReport(
  sessions: ReportSource,
  taskId: string,
  diffs: ReportedChanges,
): Promise<string> {
  const { task, toolCalls } = await sessions.getTask(taskId);
  const session = await sessions.getSession(task.sessionId);
  const planVersions: PlanVersion[] = [];
  // Most plans are never revised: then the one on the task says it all.
  if ((task.plan?.version ?? 0) > 1) {
    for await (const records of sessions.readRecords(task.sessionId, 0))
      planVersions.push(...planVersionsOf(records, taskId));
  }
  return taskReport({ task, session, toolCalls, planVersions, ...diffs });
}
