import type { TaskDiff } from '../core/checkpoints.ts';
import type { Redactor } from '../core/redactor.ts';
import { readTaskReport, type ReportSource } from '../core/report/readTaskReport.ts';
import { ReportDiffs } from './report/reportDiffs.ts';

export interface TaskReportPorts {
  readonly sessions: ReportSource;
  /** What a task changed, with patches. */
  readonly diff: (taskId: string) => Promise<TaskDiff>;
  readonly redactor: Redactor;
}

/** A task as markdown, ready for a pull request: bounded, and with secrets hidden. Rejects with `not_found`. */
export async function reportTask(
  taskId: string,
  { sessions, diff, redactor }: TaskReportPorts,
): Promise<string> {
  const diffs = new ReportDiffs(text => redactor.redact(text), { isNamed: true });
  await diffs.read(taskId, diff);
  return readTaskReport(sessions, taskId, diffs.reported(taskId));
}
