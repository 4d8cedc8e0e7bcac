import type { App } from '../app.ts';
import { CommandId, type HandledCommand } from '../contributionIds.ts';
import { reportError } from '../reportError.ts';
import { answer, answering, deny, reviewQuestion } from './answerQuestion.ts';
import { clearApiKey, setApiKey } from './apiKey.ts';
import { archiveSession, unarchiveSession } from './archiveSession.ts';
import { type CommandHandler, parseCall } from './call.ts';
import { cancelTask } from './cancelTask.ts';
import { compareTasks } from './compareTasks.ts';
import { copyTaskReport } from './copyTaskReport.ts';
import { createSession } from './createSession.ts';
import { forkSession } from './forkSession.ts';
import { verifyTask } from './verifyTask.ts';
import { deleteSession } from './deleteSession.ts';
import { diffTask } from './diffTask.ts';
import { doctor } from './doctor.ts';
import { endSession } from './endSession.ts';
import { exportSession } from './exportSession.ts';
import { importSession } from './importSession.ts';
import { exportStats } from './exportStats.ts';
import { deleteItem, loadMore, openFile, openItem, renameItem } from './openItem.ts';
import { manageApprovals } from './manageApprovals.ts';
import { pinSession, unpinSession } from './pinSession.ts';
import { purgeTrash } from './purgeTrash.ts';
import { refresh } from './refresh.ts';
import { renameSession } from './renameSession.ts';
import { restoreSession } from './restoreSession.ts';
import { resumeSession } from './resumeSession.ts';
import { retryTask, retryTaskWith } from './retryTask.ts';
import { runTask } from './runTask.ts';
import { searchSessions } from './searchSessions.ts';
import { selectAgent } from './selectAgent.ts';
import { showServer } from './showServer.ts';
import { showOutput } from './showOutput.ts';
import { showStats } from './showStats.ts';
import { showTask } from './showTask.ts';
import { showTaskForLine } from './showTaskForLine.ts';
import { startServer } from './startServer.ts';
import { stopServer } from './stopServer.ts';
import { switchSession } from './switchSession.ts';
import { tagSession } from './tagSession.ts';
import { undoTask } from './undoTask.ts';

const handlers: Readonly<Record<HandledCommand, CommandHandler>> = {
  [CommandId.createSession]: createSession,
  [CommandId.switchSession]: switchSession,
  [CommandId.endSession]: endSession,
  [CommandId.runTask]: runTask,
  [CommandId.resumeSession]: resumeSession,
  [CommandId.searchSessions]: searchSessions,
  [CommandId.showStats]: showStats,
  [CommandId.exportStats]: exportStats,
  [CommandId.showOutput]: showOutput,
  [CommandId.refresh]: refresh,
  [CommandId.cancelTask]: cancelTask,
  [CommandId.retryTask]: retryTask,
  [CommandId.retryTaskWith]: retryTaskWith,
  [CommandId.showTask]: showTask,
  [CommandId.copyTaskReport]: copyTaskReport,
  [CommandId.showTaskForLine]: showTaskForLine,
  [CommandId.diffTask]: diffTask,
  [CommandId.undoTask]: undoTask,
  // The same, as rows of undone tasks call it.
  [CommandId.redoTask]: undoTask,
  [CommandId.verifyTask]: verifyTask,
  [CommandId.compareTasks]: compareTasks,
  [CommandId.forkSession]: forkSession,
  [CommandId.renameSession]: renameSession,
  [CommandId.tagSession]: tagSession,
  [CommandId.pinSession]: pinSession,
  [CommandId.unpinSession]: unpinSession,
  [CommandId.archiveSession]: archiveSession,
  [CommandId.unarchiveSession]: unarchiveSession,
  [CommandId.deleteSession]: deleteSession,
  [CommandId.restoreSession]: restoreSession,
  [CommandId.purgeTrash]: purgeTrash,
  [CommandId.exportSession]: exportSession,
  [CommandId.importSession]: importSession,
  [CommandId.doctor]: doctor,
  [CommandId.allowOnce]: answering('once'),
  [CommandId.allowInSession]: answering('session'),
  [CommandId.allowExactly]: answering('exact'),
  [CommandId.deny]: deny,
  [CommandId.answer]: answer,
  [CommandId.reviewQuestion]: reviewQuestion,
  [CommandId.openItem]: openItem,
  [CommandId.deleteItem]: deleteItem,
  [CommandId.renameItem]: renameItem,
  [CommandId.openFile]: openFile,
  [CommandId.loadMore]: loadMore,
  [CommandId.startServer]: startServer,
  [CommandId.stopServer]: stopServer,
  [CommandId.showServer]: showServer,
  [CommandId.selectAgent]: selectAgent,
  [CommandId.manageApprovals]: manageApprovals,
  [CommandId.setApiKey]: setApiKey,
  [CommandId.clearApiKey]: clearApiKey,
};

/** With an argument object a command asks nothing and rejects when it fails; by hand it tells the person why. */
export async function runCommand(app: App, id: HandledCommand, argument: unknown): Promise<unknown> {
  const call = parseCall(argument);
  try {
    return await handlers[id](app, call);
  } catch (error) {
    if (call.args !== undefined) throw error;
    reportError(error);
    return undefined;
  }
}
