import type { IdSource, RecordIds } from '../core/recordMap.ts';

type Lists = Readonly<Record<'tasks' | 'plans', readonly string[]>>;

/** Both lists as a snapshot has them: one id a line. */
export function idsText({ tasks, plans }: Lists): string {
  return `  "tasks": ${listText(tasks)},\n  "plans": ${listText(plans)},\n`;
}

/** What such a text has; it is parsed when somebody asks for an id. */
export function idsIn(text: Buffer, counts: Readonly<Record<'tasks' | 'plans', number>>): RecordIds {
  let lists: Lists | undefined;
  const load = (): Lists =>
    (lists ??= JSON.parse(`{${text.toString('utf8', 0, text.lastIndexOf(','))}}`) as Lists);
  return {
    tasks: { size: counts.tasks, load: () => load().tasks },
    plans: { size: counts.plans, load: () => load().plans },
  };
}

export function knownIds(value: unknown): IdSource {
  const ids = Array.isArray(value) ? (value as readonly string[]) : [];
  return { size: ids.length, load: () => ids };
}

function listText(ids: readonly string[]): string {
  return ids.length === 0 ? '[]' : `[\n    ${ids.map(id => JSON.stringify(id)).join(',\n    ')}\n  ]`;
}
