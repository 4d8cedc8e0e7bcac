import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { outcomeIcon } from '../show/icons.ts';
import { durationText, tasksText } from '../show/numberText.ts';
import { outcomeText } from '../show/outcomeWords.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { sessionTitle } from '../show/sessionWords.ts';
import { type FolderTask, findTasks } from './collectReport.ts';
import type { MarkTarget } from './marks.ts';

/** Sessions whose titles are looked up; those on screen are known anyhow. */
const LOOKED_UP = 40;

interface TaskItem extends vscode.QuickPickItem {
  readonly found?: FolderTask;
}

/** The task that a mark stands for: itself, or the one chosen of those that it counts, which are offered by session. */
export async function pickTask(
  folders: readonly FolderSessions[],
  target: Extract<MarkTarget, { kind: 'tasks' }>,
): Promise<FolderTask | undefined> {
  const items = findTasks(folders, target.filter).then(itemsOf);
  const picked = await vscode.window.showQuickPick(items, {
    title: plainLabel(inertLine(target.title)),
    placeHolder: vscode.l10n.t('The newest first. Which task to show?'),
    matchOnDescription: true,
  });
  return picked?.found;
}

async function itemsOf(found: readonly FolderTask[]): Promise<TaskItem[]> {
  const items: TaskItem[] = [];
  let lookedUp = 0;
  for (const [sessionId, tasks] of Map.groupBy(found, ({ task }) => task.sessionId)) {
    const title = await titleOf(tasks[0]?.folder, sessionId, lookedUp++ < LOOKED_UP);
    const label = `${plainLabel(title)} · ${tasksText(tasks.length)}`;
    items.push({ label, kind: vscode.QuickPickItemKind.Separator }, ...tasks.map(itemOf));
  }
  return items;
}

function itemOf(found: FolderTask): TaskItem {
  const { title, outcome, endedAt, executionTime } = found.task;
  const time = endedAt?.toLocaleString(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
  const description = [
    outcomeText(outcome),
    durationText(executionTime),
    ...(time === undefined ? [] : [time]),
  ];
  return {
    label: plainLabel(inertLine(title)),
    description: description.join(' · '),
    iconPath: outcomeIcon(outcome),
    found,
  };
}

async function titleOf(
  folder: FolderSessions | undefined,
  sessionId: string,
  looksUp: boolean,
): Promise<string> {
  const known = folder?.find(sessionId);
  if (known !== undefined) return sessionTitle(known);
  if (folder === undefined || !looksUp) return sessionId;
  try {
    return sessionTitle(await (await folder.sessions()).getSession(sessionId));
  } catch {
    // Deleted since, or not readable: its tasks are still offered.
    return sessionId;
  }
}
