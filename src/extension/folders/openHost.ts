import * as vscode from 'vscode';
import type { Logger } from '../../core/logger.ts';
import type { OnLongWork } from '../../core/longWork.ts';
import type { Host } from '../../host/host.ts';
import { userProfile } from '../../host/userProfile.ts';
import { agentSettings } from '../agentSettings.ts';
import { EXTENSION_ID } from '../contributionIds.ts';
import type { ApiKeys } from '../keys/apiKeys.ts';
import { diagnosticsTool } from '../chat/diagnosticsTool.ts';
import { editorTools } from '../chat/editorTools.ts';
import { hostModel } from '../languageModel.ts';
import { commandTimeoutMs } from '../settings.ts';
import { otelSettings } from '../otelSettings.ts';
import { CurrentSessionMemento } from './currentSessionMemento.ts';
import { workspaceTrust } from './workspaceTrust.ts';

export interface WindowParts {
  readonly memento: vscode.Memento;
  readonly keys: ApiKeys;
  readonly logger: Logger;
  readonly onLongWork: OnLongWork;
}

/** Composes the host of one folder. Its code is a bundle of its own, loaded when the first folder needs it. */
export async function openHost(
  folder: vscode.WorkspaceFolder,
  { memento, keys, logger, onLongWork }: WindowParts,
): Promise<Host> {
  const { createHost } = await import('../../host/createHost.ts');
  const root = folder.uri.fsPath;
  return createHost({
    root,
    profile: userProfile(),
    trust: workspaceTrust,
    current: new CurrentSessionMemento(memento, root, logger),
    approvals: { canAsk: () => true, timeoutMs: null },
    approveInAdvance: false,
    commandTimeoutMs: commandTimeoutMs(),
    agentSettings,
    otelSettings,
    hostModel,
    hostTools: () => [diagnosticsTool, ...editorTools()],
    storedKey: settings => keys.keyFor(settings),
    logger,
    version: version(),
    onLongWork,
  });
}

function version(): string | undefined {
  const manifest: unknown = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON;
  const isKnown = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isKnown ? String(manifest.version) : undefined;
}
