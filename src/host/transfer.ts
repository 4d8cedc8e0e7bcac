import type { ExportedSession, ExportFormat, ExportPorts, ExportRequest } from '../transfer/exportSession.ts';
import type { FoundHistory } from '../transfer/foundHistories.ts';
import type { ImportedSession, ImportFormat, ImportPorts } from '../transfer/importSession.ts';
import type { TaskReportPorts } from '../transfer/reportTask.ts';
import type { SavedExport } from '../transfer/saveFile.ts';

/** Takes sessions elsewhere, and takes in those that were made elsewhere. What does it is loaded when it is first used. */
export interface SessionTransfer {
  /** A session as a file to be sent. Rejects as opening it does. */
  exportSession(sessionId: string, request: ExportRequest): Promise<ExportedSession>;
  /** What the file of an export is called when nobody says. */
  nameFor(sessionId: string, format: ExportFormat): Promise<{ readonly name: string }>;
  /** The same, written to a file or into a folder. `invalid_input` for a file that is there, unless it may be replaced. */
  saveSession(
    sessionId: string,
    request: ExportRequest,
    target: { readonly path: string; readonly replace: boolean },
  ): Promise<SavedExport>;
  /** A task as markdown for people who were not there. Rejects with `not_found`. */
  reportTask(taskId: string): Promise<string>;
  /** Takes a file in. `bad_archive`, `conflict`, `not_trusted`, or as writing does: then nothing was changed. */
  importSession(file: string, format: ImportFormat): Promise<ImportedSession>;
  /** The files below a folder that may be taken in. */
  filesIn(folder: string): Promise<readonly string[]>;
  /** What other agents keep on this machine, newest first. */
  histories(home: string): Promise<readonly FoundHistory[]>;
}

interface TransferPorts extends ImportPorts {
  readonly store: ImportPorts['store'] & ExportPorts['store'];
  readonly sessions: ExportPorts['sessions'] & TaskReportPorts['sessions'];
  readonly diff: ExportPorts['diff'];
  readonly requireTrust: () => Promise<void>;
  readonly version: string;
  readonly now: () => Date;
}

export function createTransfer({
  root,
  store,
  sessions,
  redactor,
  diff,
  ...ports
}: TransferPorts): SessionTransfer {
  const exporting = async (sessionId: string, request: ExportRequest): Promise<ExportedSession> => {
    const { exportSession } = await import('../transfer/exportSession.ts');
    const product = { name: 'coding-agent-sessions', version: ports.version };
    const origin = { product, exportedAt: ports.now().toISOString() };
    return exportSession(sessionId, request, { root, store, sessions, origin, diff, redactor });
  };
  return {
    exportSession: exporting,
    async nameFor(sessionId, format) {
      const { exportName } = await import('../transfer/exportSession.ts');
      const { title } = await sessions.getSession(sessionId);
      return exportName(title, sessionId, format);
    },
    async saveSession(sessionId, request, { path, replace }) {
      const { saveExport } = await import('../transfer/saveFile.ts');
      return saveExport(await exporting(sessionId, request), path, { replace });
    },
    async reportTask(taskId) {
      const { reportTask } = await import('../transfer/reportTask.ts');
      return reportTask(taskId, { sessions, diff, redactor });
    },
    async importSession(file, format) {
      await ports.requireTrust();
      const { importSession } = await import('../transfer/importSession.ts');
      return importSession(file, format, { root, store, redactor });
    },
    async filesIn(folder) {
      const { transcriptFiles } = await import('../transfer/foundHistories.ts');
      return transcriptFiles(folder);
    },
    async histories(home) {
      const { foundHistories } = await import('../transfer/foundHistories.ts');
      return foundHistories(home, process.env);
    },
  };
}
