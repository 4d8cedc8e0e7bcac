import * as vscode from 'vscode';
import { canBeRepaired, type DoctorReport, type DoctorRequest } from '../../core/doctorReport.ts';
import type { App } from '../app.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { doctorPage, summary } from '../taskDocument/doctorPage.ts';
import { reportError } from '../reportError.ts';
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
  const title = vscode.l10n.t('Checking sessions');
  const report = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    host.doctor(request),
  );
  await app.documents.showReport(vscode.l10n.t('Check of Sessions'), doctorPage(report));
  return report;
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
