import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { invalidInput, SessionError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { SessionChoice } from '../core/ports.ts';
import type { SessionChange } from '../core/sessionChange.ts';
import { CurrentSessionFile } from '../host/currentSessionFile.ts';
import { findRoot } from '../host/findRoot.ts';
import type { Host, HostOptions, UserProfile } from '../host/host.ts';
import { TrustFile } from '../host/trustFile.ts';
import { homeFolder, userProfile } from '../host/userProfile.ts';
import type { GlobalOptions } from './args.ts';
import { createCliLogger } from './cliLogger.ts';
import { CliTrust } from './cliTrust.ts';
import type { Interrupts } from './interrupts.ts';
import { LongWorkLine } from './longWorkLine.ts';
import { prompt } from './prompt.ts';
import { recordLine } from './recordLine.ts';
import type { Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

/** What a command that stays may decide differently. */
type HostChoices = Partial<Pick<HostOptions, 'current' | 'approvals' | 'configuredAgent'>>;

/** What one command works with. The host is opened when it is first asked for, so that `--help` and mistakes cost nothing. */
export class CliContext {
  readonly global: GlobalOptions;
  readonly terminal: Terminal;
  readonly logger: Logger;
  readonly profile: UserProfile;
  readonly trustFile: TrustFile;
  readonly #interrupts: Interrupts;
  readonly #trust: CliTrust;
  #host: Promise<Host> | undefined;
  #followsTask = false;

  constructor(global: GlobalOptions, terminal: Terminal, interrupts: Interrupts) {
    this.global = global;
    this.terminal = terminal;
    this.logger = createCliLogger(terminal);
    this.#interrupts = interrupts;
    const { env, platform } = process;
    this.profile = userProfile({ env, platform, home: homedir() });
    this.trustFile = new TrustFile(this.profile);
    this.#trust = new CliTrust({
      file: this.trustFile,
      given: global.trust,
      ask: terminal.canAsk ? question => this.ask(question) : undefined,
      warn: message => {
        this.logger.warn(message);
      },
    });
  }

  /** Aborted by the first Ctrl-C. */
  get signal(): AbortSignal {
    return this.#interrupts.signal;
  }

  /** Says that the command runs a task: it then ends with the task, also on Ctrl-C, and shows what happens itself. */
  followsTask(): void {
    this.#followsTask = true;
  }

  get isFollowingTask(): boolean {
    return this.#followsTask;
  }

  /** The host of the root; one a command. `own`: what the command decides itself. */
  host(own: HostChoices = {}): Promise<Host> {
    this.#host ??= this.#open(own);
    return this.#host;
  }

  /** Has the root trusted before anything is opened; rejects with `not_trusted`. */
  async requireTrust(): Promise<void> {
    const root = await this.root();
    if (await this.#trust.requestTrust(root)) return;
    throw new SessionError('not_trusted', `The folder ${root} is not trusted. Nothing was started.`);
  }

  /** The session that was chosen here, as it was then; nothing of it is opened. */
  async chosenSession(): Promise<SessionChoice | undefined> {
    return new CurrentSessionFile(this.profile, await this.root(), this.logger).get();
  }

  /** Asks on the terminal; `undefined` without an answer. Only where `terminal.canAsk`. */
  ask(question: string, signal = this.signal): Promise<string | undefined> {
    return prompt(question, { signal, onInterrupt: this.#interrupts.interrupt });
  }

  /** The real path of the folder to serve. */
  async root(): Promise<string> {
    if (this.global.root !== undefined) return existingFolder('root', this.global.root);
    const { env, platform } = process;
    const home = homeFolder({ env, platform, home: homedir() });
    return findRoot({ from: hereFolder(), home, uid: process.getuid?.() });
  }

  /** Releases what was opened. Never rejects. */
  async close(): Promise<void> {
    const host = await this.#host?.catch(() => undefined);
    await host?.close();
  }

  async #open(own: HostChoices): Promise<Host> {
    const root = await this.root();
    const { profile, terminal, logger, global } = this;
    const longWork = new LongWorkLine(terminal, global.json === undefined && !this.#followsTask);
    this.signal.addEventListener('abort', () => {
      longWork.stop();
    });
    const { createHost } = await import('../host/createHost.ts');
    const host = await createHost({
      ...{ root, profile, logger },
      trust: this.#trust,
      current: new CurrentSessionFile(profile, root, logger),
      approvals: { canAsk: () => terminal.canAsk, timeoutMs: null },
      approveInAdvance: global.yes,
      commandTimeoutMs: null,
      version: packageVersion(),
      onLongWork: work => {
        longWork.show(work);
      },
      ...own,
    });
    if (global.json === 'lines' && !this.#followsTask) host.sessions.onDidChange(printRecords(terminal));
    return host;
  }
}

function hereFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw invalidInput(
      'root',
      'The folder that this was started in does not exist any more. Nothing was done.',
    );
  }
}

/** `--jsonl`: every record as it is acknowledged. */
function printRecords(terminal: Terminal): (change: SessionChange) => void {
  return change => {
    if (change.kind !== 'records') return;
    for (const record of change.records) terminal.write(`${recordLine(record)}\n`);
  };
}

/** The real path of a folder that somebody named, relative to where they are. */
export async function existingFolder(field: string, path: string): Promise<string> {
  const named = resolve(path);
  let isFolder: boolean;
  try {
    isFolder = (await stat(named)).isDirectory();
  } catch {
    throw invalidInput(field, `There is no folder ${JSON.stringify(path)}.`);
  }
  if (!isFolder) throw invalidInput(field, `${JSON.stringify(path)} is not a folder.`);
  return realpath(named);
}
