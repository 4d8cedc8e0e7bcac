import { messageOf } from '../core/errors.ts';
import { inertLine } from '../core/inertText.ts';
import type { TrustPolicy } from '../host/host.ts';
import type { TrustFile } from '../host/trustFile.ts';

export interface CliTrustOptions {
  readonly file: TrustFile;
  /** `--trust`: the person said so already. */
  readonly given: boolean;
  /** Asks; resolves with what was typed. Absent where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string | undefined>) | undefined;
  readonly warn: (message: string) => void;
}

/** Trust on the command line: kept in the user's profile, asked for on a terminal, given with `--trust` elsewhere. */
export class CliTrust implements TrustPolicy {
  readonly #options: CliTrustOptions;
  /** What was given to this process but could not be kept. */
  readonly #here = new Set<string>();
  #question: Promise<boolean> | undefined;

  constructor(options: CliTrustOptions) {
    this.#options = options;
  }

  async isTrusted(realPath: string): Promise<boolean> {
    return this.#here.has(realPath) || this.#options.file.isTrusted(realPath);
  }

  /** Asks once a process. */
  async requestTrust(realPath: string): Promise<boolean> {
    if (await this.isTrusted(realPath)) return true;
    this.#question ??= this.#request(realPath);
    return this.#question;
  }

  async #request(realPath: string): Promise<boolean> {
    if (!this.#options.given && !(await this.#isConfirmed(realPath))) return false;
    this.#here.add(realPath);
    try {
      await this.#options.file.grant(realPath);
    } catch (error) {
      this.#options.warn(`The trust holds for this command only. ${messageOf(error)}`);
    }
    return true;
  }

  async #isConfirmed(realPath: string): Promise<boolean> {
    const answer = await this.#options.ask?.(
      `Do you trust the files in ${inertLine(realPath)}?\n` +
        'Tasks there run programs with your rights, and sessions are written to its .coding-agent folder. [y/N] ',
    );
    return /^\s*y(es)?\s*$/i.test(answer ?? '');
  }
}
