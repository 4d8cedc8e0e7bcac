import * as vscode from 'vscode';
import type { CodingAgentApi } from '../../../src/extension/codingAgentApi.ts';
import type { CommandId } from '../../../src/extension/contributionIds.ts';

export function thisExtension(): vscode.Extension<CodingAgentApi> {
  const extension = vscode.extensions.getExtension<CodingAgentApi>('coding-agent.coding-agent-sessions');
  if (extension === undefined) throw new Error('The extension is not there.');
  return extension;
}

/** What `activate()` returned. */
export async function openApi(): Promise<CodingAgentApi> {
  return thisExtension().activate();
}

/** Runs a command with an argument object. */
export async function runCommand<T>(id: CommandId, args: object = {}): Promise<T> {
  return vscode.commands.executeCommand<T>(id, args);
}

/** The folder that the tests run in. */
export function workspaceRoot(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('No folder is open.');
  return folder.uri.fsPath;
}

/** The code of the error that a promise rejects with. */
export async function codeOfRejection(promise: Thenable<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  throw new Error('It did not reject.');
}

export async function until<T>(what: string, probe: () => T | Promise<T>, timeoutMs = 120_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false && value !== null) return value;
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs / 1000} s in vain: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
