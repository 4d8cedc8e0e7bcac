import * as vscode from 'vscode';
import { canBeRepaired, type DoctorReport, type DoctorRequest } from '../../core/doctorReport.ts';
import type { LongWork } from '../../core/longWork.ts';
import type { App } from '../app.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { doctorPage, summary } from '../taskDocument/doctorPage.ts';
import { reportError } from '../reportError.ts';
import { countText } from '../show/numberText.ts';
import { type Call, flagArgument } from './call.ts';
import { chooseFolder } from './requirements.ts';

/** `doctor({repair?, takeOver?})` resolves with the report; by hand it shows it as a page, and offers to repair. */
export async function doctor(app: App, { args }: Call): Promise<DoctorReport | undefined> {
  if (args !== undefined) {
    const host = await app.folders.requireActive().host();
    return host.doctor({ repair: flagArgument(args, 'repair'), takeOver: flagArgument(args, 'takeOver') });
  }
  const folder = await chooseFolder(app, vscode.l10n.t('Check Sessions'));
  if (folder === undefined) return undefined;
  const report = await check(app, folder, {});
  // Not awaited: the command is done when the page is there.
  void offerRepair(app, folder, report);
  return report;
}

async function check(app: App, folder: FolderSessions, request: DoctorRequest): Promise<DoctorReport> {
  const host = await folder.host();
  const ending = new AbortController();
  const report = await shown(folder, ending, host.doctor(request, ending.signal));
  await app.documents.showReport(vscode.l10n.t('Check of Sessions'), doctorPage(report));
  return report;
}

/** Says in the status bar that sessions are checked; of many, in its place, how far that is, where it can be ended. */
async function shown<T>(folder: FolderSessions, ending: AbortController, work: Promise<T>): Promise<T> {
  const title = vscode.l10n.t('Checking sessions');
  const settled = work.then(
    () => undefined,
    () => undefined,
  );
  const many = Promise.withResolvers<undefined>();
  const following = folder.onDidWork(({ kind }) => {
    if (kind !== 'check') return;
    following.dispose();
    many.resolve(undefined);
    void vscode.window.withProgress(
      // VS Code takes two of the same title for one.
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Checking all sessions'),
        cancellable: true,
      },
      async (progress, token) => {
        token.onCancellationRequested(() => {
          ending.abort();
        });
        const telling = folder.onDidWork(far => {
          if (far.kind === 'check') progress.report({ message: farText(far) });
        });
        await settled;
        telling.dispose();
      },
    );
  });
  void vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    Promise.race([settled, many.promise]),
  );
  try {
    return await work;
  } finally {
    following.dispose();
  }
}

function farText({ done, total }: LongWork): string {
  return vscode.l10n.t('{0} of {1}', countText(done), countText(total));
}

async function offerRepair(app: App, folder: FolderSessions, report: DoctorReport): Promise<void> {
  if (report.severity !== 'damage' || !vscode.workspace.isTrusted) return;
  const damage = report.findings.filter(({ severity }) => severity === 'damage');
  if (!damage.some(canBeRepaired)) {
    const rest = vscode.l10n.t('No repair can make it anew: the page says what it costs.');
    void vscode.window.showWarningMessage(`${summary(damage)} ${rest}`);
    return;
  }
  const repair = vscode.l10n.t('Repair');
  const answer = await vscode.window.showWarningMessage(
    `${summary(damage)} ${vscode.l10n.t('A repair keeps every original beside what it rewrites.')}`,
    repair,
  );
  if (answer !== repair) return;
  try {
    await check(app, folder, { repair: true });
  } catch (error) {
    reportError(error);
  }
}
