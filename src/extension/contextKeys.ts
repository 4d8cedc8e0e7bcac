import * as vscode from 'vscode';
import type { ContextKey } from './contributionIds.ts';

const written = new Map<ContextKey, boolean>();

/** Sets a key for the `when` clauses of package.json; tells VS Code only what changed. */
export function setContextKey(key: ContextKey, value: boolean): void {
  if (written.get(key) === value) return;
  written.set(key, value);
  void vscode.commands.executeCommand('setContext', key, value);
}
