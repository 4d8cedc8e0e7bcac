import * as vscode from 'vscode';
import type { TrustPolicy } from '../../host/host.ts';

/** Workspace Trust is the trust here: nothing else is asked, and it is told to no other surface. */
export const workspaceTrust: TrustPolicy = {
  isTrusted: () => Promise.resolve(vscode.workspace.isTrusted),
  requestTrust: () => Promise.resolve(vscode.workspace.isTrusted),
};
