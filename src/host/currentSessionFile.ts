import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { CurrentSession, SessionChoice } from '../core/ports.ts';
import { isSessionId } from '../core/session.ts';
import type { UserProfile } from './host.ts';
import { fileNameFor, readProfileFile, removeProfileFile, writeProfileFile } from './profileFile.ts';

/** The session that is current for this user in this root, for programs that come and go. */
export class CurrentSessionFile implements CurrentSession {
  readonly #file: string;
  readonly #root: string;
  readonly #logger: Logger;

  /** `root` is a real path. */
  constructor(profile: Pick<UserProfile, 'state'>, root: string, logger: Logger) {
    this.#file = join(profile.state, 'current', fileNameFor(root));
    this.#root = root;
    this.#logger = logger;
  }

  async get(): Promise<SessionChoice | undefined> {
    try {
      return choiceIn(await readProfileFile(this.#file), this.#root);
    } catch (error) {
      this.#logger.warn(`Which session is current is not known. ${messageOf(error)}`);
      return undefined;
    }
  }

  async set(choice: SessionChoice | undefined): Promise<void> {
    try {
      if (choice === undefined) await removeProfileFile(this.#file);
      else await writeProfileFile(this.#file, { root: this.#root, ...choice });
    } catch (error) {
      this.#logger.warn(`The current session could not be remembered. ${messageOf(error)}`);
    }
  }
}

/** What the file says about `root`; anything else than that is as good as nothing. */
function choiceIn(content: unknown, root: string): SessionChoice | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  if (!('root' in content) || content.root !== root) return undefined;
  if (!('sessionId' in content) || !isSessionId(content.sessionId)) return undefined;
  const endTime = 'endTime' in content && typeof content.endTime === 'string' ? content.endTime : undefined;
  return { sessionId: content.sessionId, ...(endTime === undefined ? {} : { endTime }) };
}
