import * as vscode from 'vscode';
import { TRASH_DAYS } from '../core/trashGrace.ts';
import { SettingId } from './contributionIds.ts';

const DEFAULT_PORT = 3000;

/** Milliseconds that a command may take; `null`: no limit. */
export function commandTimeoutMs(): number | null {
  const seconds = readNumber(SettingId.commandTimeout, 0);
  return seconds > 0 ? seconds * 1000 : null;
}

export function showsOutputWhenTaskStarts(): boolean {
  return vscode.workspace.getConfiguration().get<unknown>(SettingId.showOutputWhenTaskStarts) === true;
}

/** Milliseconds from which a task that ends in the background is told; `null`: never. */
export function notifyAfterMs(): number | null {
  const seconds = readNumber(SettingId.notifyAfter, 30);
  return seconds > 0 ? seconds * 1000 : null;
}

/** Whether the server starts with the window. */
export function startsServer(): boolean {
  return vscode.workspace.getConfiguration().get<unknown>(SettingId.serverEnabled) === true;
}

export function serverPort(): number {
  const port = readNumber(SettingId.serverPort, DEFAULT_PORT);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : DEFAULT_PORT;
}

/** Days that a deleted session is kept before it counts as expired. */
export function trashDays(): number {
  const days = readNumber(SettingId.trashDays, TRASH_DAYS);
  return Number.isInteger(days) && days >= 0 ? days : TRASH_DAYS;
}

/** A setting of the wrong type, which settings.json may hold, counts as not set. */
function readNumber(id: string, fallback: number): number {
  const value = vscode.workspace.getConfiguration().get<unknown>(id);
  return typeof value === 'number' ? value : fallback;
}
