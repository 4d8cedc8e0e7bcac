import { reviveOwnEvidence, STEP_DATES, TASK_DATES } from '../core/reviveRecords.ts';
import type { AgentTask } from '../core/task.ts';
import { columnsToRecords, type RecordColumns, recordsToColumns } from './recordColumns.ts';
import { isPlainObject } from './shape.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** As many as are shown at first. */
export const NEWEST = 50;
/** Of their records in all: longer ones are read one by one, when somebody looks at them. */
const MAX_LENGTH = 256 * 1024;

/** Times are counted from `since`. `lengths`: how many of the steps each plan has. */
type Turned = readonly [
  since: number,
  tasks: RecordColumns,
  plans: RecordColumns,
  lengths: readonly number[],
  steps: RecordColumns,
];

/** Tasks as one line of JSON that is parsed as a whole. `undefined` for what does not fit. */
export function newestText(tasks: readonly AgentTask[]): string | undefined {
  const text = JSON.stringify(tasks);
  if (text.length > MAX_LENGTH) return undefined;
  const records = JSON.parse(text) as JsonObject[];
  const since = tasks[0]?.createdAt.getTime() ?? 0;
  const plans: JsonObject[] = [];
  const steps: JsonObject[] = [];
  const lengths: number[] = [];
  for (const { plan } of records) {
    if (plan === undefined) continue;
    if (!isPlainObject(plan) || !Array.isArray(plan['steps'])) return undefined;
    const own = plan['steps'] as JsonObject[];
    plans.push({ ...plan, steps: null });
    lengths.push(own.length);
    steps.push(...own);
  }
  const turned = [
    since,
    recordsToColumns(
      records.map(task => (task['plan'] === undefined ? task : { ...task, plan: null })),
      TASK_DATES,
      since,
    ),
    recordsToColumns(plans, [], since),
    lengths,
    recordsToColumns(steps, STEP_DATES, since),
  ];
  return turned.includes(undefined) ? undefined : JSON.stringify(turned);
}

/** The tasks in such a line; `undefined` when they are not there. */
export function tasksIn(line: string): readonly AgentTask[] | undefined {
  try {
    const [since, tasks, plans, lengths, steps] = JSON.parse(line) as Turned;
    const found = columnsToRecords(tasks, since);
    const own = columnsToRecords(plans, since);
    const all = columnsToRecords(steps, since);
    let at = 0;
    let next = 0;
    for (const plan of own) plan['steps'] = all.slice(at, (at += Number(lengths[next++])));
    next = 0;
    for (const task of found) {
      if (task['plan'] === null) task['plan'] = own[next++];
      reviveOwnEvidence(task as unknown as AgentTask);
    }
    return found as unknown as readonly AgentTask[];
  } catch {
    return undefined;
  }
}
