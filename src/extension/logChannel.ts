import * as vscode from 'vscode';
import type { Disposable } from '../core/disposable.ts';
import type { Logger } from '../core/logger.ts';

/** Diagnostics, in a log channel of their own: the output channel is for tasks. */
export class LogChannel implements Logger, Disposable {
  readonly #channel: vscode.LogOutputChannel;

  constructor() {
    this.#channel = vscode.window.createOutputChannel('Coding Agent Log', { log: true });
  }

  debug(message: string): void {
    this.#channel.debug(message);
  }

  info(message: string): void {
    this.#channel.info(message);
  }

  warn(message: string): void {
    this.#channel.warn(message);
  }

  error(message: string, cause?: unknown): void {
    this.#channel.error(message, ...(cause === undefined ? [] : [cause]));
  }

  dispose(): void {
    this.#channel.dispose();
  }
}
