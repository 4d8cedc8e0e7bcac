import * as vscode from 'vscode';
import { parseTitle } from '../../core/input.ts';
import { messageOf } from '../../core/errors.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { App } from '../app.ts';
import { type Call, textArgument } from './call.ts';
import { chooseFolder, requireTrustedFolder } from './requirements.ts';

/** `createSession({workingDirectory?, title?})`, or asks for the title. */
export async function createSession(app: App, { args }: Call): Promise<SessionMetadata | undefined> {
  if (args !== undefined) {
    const workingDirectory = textArgument(args, 'workingDirectory');
    const title = textArgument(args, 'title');
    const within = workingDirectory === undefined ? undefined : app.folders.containing(workingDirectory);
    const folder = within ?? app.folders.requireActive();
    app.folders.markUsed(folder);
    return (await folder.sessions()).createSession({ workingDirectory, title });
  }
  requireTrustedFolder(app);
  const heading = vscode.l10n.t('Create Session');
  const title = await vscode.window.showInputBox({
    title: heading,
    prompt: vscode.l10n.t('A title. Without one the session is named after its first task.'),
    placeHolder: vscode.l10n.t('for example: Profile page'),
    validateInput: titleProblem,
  });
  if (title === undefined) return undefined;
  const folder = await chooseFolder(app, heading);
  if (folder === undefined) return undefined;
  app.folders.markUsed(folder);
  return (await folder.sessions()).createSession(title.trim() === '' ? {} : { title });
}

/** What is wrong with a title, for an input box. */
export function titleProblem(value: string): string | undefined {
  try {
    parseTitle(value);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
