import * as vscode from 'vscode';
import { messageOf } from '../../core/errors.ts';
import { parseTags } from '../../core/input.ts';
import type { SessionDetails } from '../../core/sessionManager.ts';
import type { App } from '../app.ts';
import type { Call } from './call.ts';
import { sessionDetails, sessionOf } from './chosen.ts';
import { requireTrustedFolder } from './requirements.ts';

/** `tagSession({tags, sessionId?})`, or asks for the tags: they replace those that it has. */
export async function tagSession(app: App, call: Call): Promise<SessionDetails | undefined> {
  if (call.args !== undefined) {
    const tags = parseTags(call.args['tags']);
    const { folder, sessionId } = await sessionOf(app, call);
    return (await folder.sessions()).updateSession(sessionId, { tags });
  }
  requireTrustedFolder(app);
  const { folder, sessionId, session } = await sessionDetails(app, call);
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Tag Session'),
    prompt: vscode.l10n.t('Tags, with commas between them.'),
    value: session.tags.join(', '),
    validateInput: tagsProblem,
  });
  if (text === undefined) return undefined;
  return (await folder.sessions()).updateSession(sessionId, { tags: split(text) });
}

function split(text: string): string[] {
  return text
    .split(',')
    .map(tag => tag.trim())
    .filter(tag => tag !== '');
}

function tagsProblem(text: string): string | undefined {
  try {
    parseTags(split(text));
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
