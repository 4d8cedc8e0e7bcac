import type { TaskDiff } from '../core/checkpoints.ts';
import { invalidInput } from '../core/errors.ts';
import { inertLine } from '../core/inertText.ts';
import type { Redactor } from '../core/redactor.ts';
import { publicTask } from '../core/publicTask.ts';
import { type PlanVersion, planVersionsOf } from '../core/report/planVersions.ts';
import { sessionReport, type SessionReportInput } from '../core/report/sessionReport.ts';
import type { SessionManager } from '../core/sessionManager.ts';
import { type SessionState, sessionStats } from '../core/state.ts';
import type { AgentTask } from '../core/task.ts';
import type { DiskStore } from '../store/sessionStore.ts';
import { bundleCheckpoints } from '../workspace/checkpoints/bundleCheckpoints.ts';
import { type ArchiveOrigin, writeArchive } from './archive/writeArchive.ts';
import { htmlReport } from './report/htmlReport.ts';
import { ReportDiffs } from './report/reportDiffs.ts';

/** `zip` can be imported again; the others are to be read. */
export const EXPORT_FORMATS = ['zip', 'markdown', 'html', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A session as a file. */
export interface ExportedSession {
  /** A name for the file, with its extension. */
  readonly name: string;
  /** The media type. */
  readonly type: string;
  /** How many places of the session could not be read; an archive of a damaged session is not imported again. */
  readonly damage: number;
  /** Of how many tasks the checkpoints are in it; `null` where nobody asked for them. */
  readonly checkpoints: number | null;
  /** Read once. Throws what reading the session throws. */
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Gives it up unread. Never rejects. */
  discard(): Promise<void>;
}

export interface ExportPorts {
  /** Absolute, real. */
  readonly root: string;
  readonly store: Pick<DiskStore, 'pack'>;
  readonly sessions: Pick<SessionManager, 'follow' | 'readRecords' | 'getSession' | 'listTasks'>;
  readonly origin: ArchiveOrigin;
  /** What a task changed, with patches. */
  readonly diff: (taskId: string) => Promise<TaskDiff>;
  readonly redactor: Redactor;
}

export interface ExportRequest {
  readonly format: ExportFormat;
  /** Whether an archive is to have the contents that its tasks found and left. */
  readonly checkpoints?: boolean | undefined;
}

/** Rejects as opening the session does, and with `invalid_input` where a report is to carry checkpoints. */
export async function exportSession(
  sessionId: string,
  { format, checkpoints = false }: ExportRequest,
  { root, store, sessions, origin, diff, redactor }: ExportPorts,
): Promise<ExportedSession> {
  const { title } = await sessions.getSession(sessionId);
  const named = exportName(title, sessionId, format);
  if (checkpoints && format !== 'zip')
    throw invalidInput('checkpoints', 'Only a zip file carries checkpoints. Nothing was written.');
  if (format === 'zip') {
    // Before the records are packed: what is in the bundle is what they tell of.
    const bundle = checkpoints
      ? await bundleCheckpoints(root, await sessions.listTasks(sessionId))
      : undefined;
    const pack = await store.pack(sessionId);
    const discard = (): Promise<void> => {
      pack.dispose();
      return Promise.resolve();
    };
    return {
      ...named,
      damage: pack.damage,
      checkpoints: checkpoints ? (bundle?.tasks ?? 0) : null,
      content: writeArchive(pack, origin, bundle),
      discard,
    };
  }
  const { state, hold, allToolCalls } = await sessions.follow(sessionId);
  const calls = await allToolCalls().finally(() => {
    hold.dispose();
  });
  const toolCalls = Map.groupBy(calls, call => call.taskId);
  const written = (text: string): Omit<ExportedSession, 'name' | 'type'> => ({
    damage: 0,
    checkpoints: null,
    content: [Buffer.from(text)],
    discard: () => Promise.resolve(),
  });
  if (format === 'json')
    return {
      ...named,
      ...written(`${JSON.stringify(documentOf(state, toolCalls), null, 2)}\n`),
    };
  const input = { state, toolCalls, planVersions: await planVersions(state, sessions) };
  const diffs = new ReportDiffs(text => redactor.redact(text), { isNamed: format === 'markdown' });
  for (const { id, filesChanged } of state.tasks)
    if (filesChanged.length > 0 && !diffs.isFull) await diffs.read(id, diff);
  const report =
    format === 'html'
      ? htmlReport({ ...input, diffs })
      : sessionReport(input, taskId => diffs.reported(taskId));
  return { ...named, ...written(report) };
}

const TYPES: Readonly<Record<ExportFormat, readonly [extension: string, type: string]>> = {
  zip: ['zip', 'application/zip'],
  markdown: ['md', 'text/markdown; charset=utf-8'],
  html: ['html', 'text/html; charset=utf-8'],
  json: ['json', 'application/json'],
};

/** What the file of an export is called when nobody says, and its media type. */
export function exportName(
  title: string,
  sessionId: string,
  format: ExportFormat,
): Pick<ExportedSession, 'name' | 'type'> {
  const [extension, type] = TYPES[format];
  return { name: `${fileName(title, sessionId)}.${extension}`, type };
}

/** A session as programs read it: its tasks with what their agents did. */
function documentOf(state: SessionState, toolCalls: SessionReportInput['toolCalls']): unknown {
  const tasks = [...state.tasks].map((task: AgentTask) => {
    return { ...publicTask(task), toolCalls: toolCalls.get(task.id) ?? [] };
  });
  return { metadata: state.metadata, stats: sessionStats(state), tasks };
}

async function planVersions(
  state: SessionState,
  sessions: Pick<SessionManager, 'readRecords'>,
): Promise<SessionReportInput['planVersions']> {
  const revised = [...state.tasks].filter(task => (task.plan?.version ?? 0) > 1).map(task => task.id);
  const found = new Map<string, PlanVersion[]>(revised.map(id => [id, []]));
  if (revised.length === 0) return found;
  for await (const records of sessions.readRecords(state.metadata.sessionId, 0))
    for (const id of revised) found.get(id)?.push(...planVersionsOf(records, id));
  return found;
}

/** A name that every file system takes, and that sorts beside others of the same title. */
function fileName(title: string, sessionId: string): string {
  const words = inertLine(title)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${words === '' ? 'session' : words}-${sessionId.slice(0, 8)}`;
}
