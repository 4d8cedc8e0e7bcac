import type { CurrentSession, SessionChoice } from '../core/ports.ts';

/** The session that is current for one process that stays, such as a server. */
export class MemoryCurrentSession implements CurrentSession {
  #choice: SessionChoice | undefined;

  get(): Promise<SessionChoice | undefined> {
    return Promise.resolve(this.#choice);
  }

  set(choice: SessionChoice | undefined): Promise<void> {
    this.#choice = choice;
    return Promise.resolve();
  }
}
