import type * as vscode from 'vscode';
import type { Logger } from '../../core/logger.ts';
import type { CurrentSession, SessionChoice } from '../../core/ports.ts';
import { isSessionId } from '../../core/session.ts';

/** The current session of this window and folder, kept by VS Code with the workspace. */
export class CurrentSessionMemento implements CurrentSession {
  readonly #memento: vscode.Memento;
  readonly #key: string;
  readonly #logger: Logger;

  constructor(memento: vscode.Memento, root: string, logger: Logger) {
    this.#memento = memento;
    this.#key = `currentSession:${root}`;
    this.#logger = logger;
  }

  get(): Promise<SessionChoice | undefined> {
    return Promise.resolve(parseChoice(this.#memento.get<unknown>(this.#key)));
  }

  async set(choice: SessionChoice | undefined): Promise<void> {
    try {
      await this.#memento.update(this.#key, choice);
    } catch (error) {
      this.#logger.error('The current session could not be kept for the next start of this window.', error);
    }
  }
}

function parseChoice(value: unknown): SessionChoice | undefined {
  if (typeof value !== 'object' || value === null || !('sessionId' in value)) return undefined;
  const { sessionId } = value;
  if (!isSessionId(sessionId)) return undefined;
  const endTime = 'endTime' in value && typeof value.endTime === 'string' ? value.endTime : undefined;
  return { sessionId, ...(endTime === undefined ? {} : { endTime }) };
}
