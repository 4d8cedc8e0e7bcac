import type { SessionMetadata } from '../session.ts';
import type { SessionState } from '../state.ts';
import type { ToolCall } from '../toolCall.ts';
import { codeSpan } from './markdownText.ts';
import type { PlanVersion } from './planVersions.ts';
import { taskReport, type ReportedChanges } from './taskReport.ts';

/** What a report of a session is made from; `planVersions` by task id, only of tasks whose plan was revised. */
export interface SessionReportInput {
  readonly state: SessionState;
  /** By task id. */
  readonly toolCalls: ReadonlyMap<string, readonly ToolCall[]>;
  readonly planVersions: ReadonlyMap<string, readonly PlanVersion[]>;
}

/** What tasks changed, as a report shows it. */
export type ReportedDiffs = (taskId: string) => ReportedChanges;

/** A session as markdown for people who were not there: what it was about, and the report of every task, oldest first. */
export function sessionReport(
  { state, toolCalls, planVersions }: SessionReportInput,
  diffsOf: ReportedDiffs,
): string {
  const { metadata } = state;
  const head = [
    `# ${codeSpan(metadata.title === '' ? 'New session' : metadata.title)}`,
    sessionFacts(metadata)
      .map(([name, value]) => `- **${name}:** ${value.isCode ? codeSpan(value.text) : value.text}`)
      .join('\n'),
  ];
  const tasks = [...state.tasks].map(task =>
    taskReport({
      ...{ task, session: metadata, level: 2, ...diffsOf(task.id) },
      toolCalls: toolCalls.get(task.id) ?? [],
      planVersions: planVersions.get(task.id) ?? [],
    }).trimEnd(),
  );
  return `${[...head, ...tasks].join('\n\n')}\n`;
}

/** A value of the head of a report; what is not ours is code. */
export interface Fact {
  readonly text: string;
  readonly isCode: boolean;
}

export function sessionFacts(metadata: SessionMetadata): readonly (readonly [string, Fact])[] {
  const { totalTasks, completedTasks, failedTasks, endTime, author, tags, imported } = metadata;
  const own = (text: string): Fact => ({ text, isCode: false });
  const foreign = (text: string): Fact => ({ text, isCode: true });
  return [
    ['Session', foreign(metadata.sessionId)],
    ['Status', own(metadata.status)],
    ['Started', own(metadata.startTime.toISOString())],
    ...(endTime === undefined ? [] : [['Ended', own(endTime.toISOString())] as const]),
    [
      'Tasks',
      own(`${String(totalTasks)}: ${String(completedTasks)} completed, ${String(failedTasks)} failed`),
    ],
    ...(author === null ? [] : [['Author', foreign(author)] as const]),
    ...(tags.length === 0 ? [] : [['Tags', foreign(tags.join(', '))] as const]),
    ...(imported === undefined
      ? []
      : [['Imported from', foreign(`${imported.from}, ${imported.source}`)] as const]),
  ];
}
