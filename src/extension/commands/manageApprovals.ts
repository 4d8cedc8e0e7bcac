import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { App } from '../app.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { shortLine } from '../show/taskWords.ts';
import { chooseFolder } from './requirements.ts';

/** Shows what was allowed always in a folder; what is not picked any more is asked again. */
export async function manageApprovals(app: App): Promise<void> {
  const { l10n } = vscode;
  const title = l10n.t('Manage Approvals');
  const folder = await chooseFolder(app, title);
  if (folder === undefined) return;
  const host = await folder.host();
  const approvals = await host.listApprovals();
  if (approvals.length === 0) {
    vscode.window.setStatusBarMessage(l10n.t('Nothing is allowed in this folder without asking.'), 5000);
    return;
  }
  const items = approvals.map(({ id, scope, tool, subject, at, sessionId }) => ({
    label: plainLabel(
      scope === 'exact' ? shortLine(subject, 80) : l10n.t('All of {0} in one session', inertLine(tool)),
    ),
    description: scope === 'exact' ? inertLine(tool) : sessionId.slice(0, 8),
    detail: l10n.t('since {0}', new Date(at).toLocaleString(vscode.env.language)),
    picked: true,
    id,
  }));
  const kept = await vscode.window.showQuickPick(items, {
    ...{ title, canPickMany: true },
    placeHolder: l10n.t('What is not picked is asked again.'),
  });
  if (kept === undefined) return;
  for (const { id } of items) if (!kept.some(item => item.id === id)) await host.revokeApproval(id);
}
