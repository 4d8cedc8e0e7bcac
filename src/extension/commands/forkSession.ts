import type { SessionMetadata } from '../../core/session.ts';
import type { App } from '../app.ts';
import { type Call, textArgument } from './call.ts';
import { sessionOf } from './chosen.ts';
import { requireTrustedFolder } from './requirements.ts';
import { isRow } from './rows.ts';

/**
 * `forkSession({sessionId?, at?, title?})` makes a session that goes on from where that one was, up to the task `at`; it becomes
 * current. On the row of a task it forks there.
 */
export async function forkSession(app: App, call: Call): Promise<SessionMetadata> {
  const { args, node } = call;
  if (args === undefined) requireTrustedFolder(app);
  const { folder, sessionId } = await sessionOf(app, call);
  app.folders.markUsed(folder);
  const { forks } = await folder.host();
  const at = args === undefined ? (isRow(node, 'task') ? node.task.id : undefined) : textArgument(args, 'at');
  return forks.fork(sessionId, { at, title: args && textArgument(args, 'title') });
}
