import { randomUUID } from 'node:crypto';
import { nullLogger } from '../../src/core/logger.ts';
import type {
  ApprovalPolicy,
  CurrentSession,
  Ids,
  ProcessTable,
  SessionChoice,
  TaskRun,
  TaskRunner,
  Verifier,
  VerifyRequest,
} from '../../src/core/ports.ts';
import { SessionError } from '../../src/core/errors.ts';
import type { VerificationRecord } from '../../src/core/events.ts';
import type { ProcessOwner } from '../../src/core/processOwner.ts';
import { SessionManager } from '../../src/core/sessionManager.ts';
import type { SessionManagerOptions } from '../../src/core/sessionManagerOptions.ts';
import { InMemorySessionStore } from './inMemorySessionStore.ts';
import { ManualClock } from './manualClock.ts';

const randomIds: Ids = {
  uuid: () => randomUUID(),
  hex: length => randomUUID().replaceAll('-', '').slice(0, length),
};

/** Processes as a test says they are: everyone lives until put into `dead`. */
export class ScriptedProcesses implements ProcessTable {
  readonly self: ProcessOwner;
  readonly dead;
  readonly ended: number[] = [];

  constructor(nonce: string, dead = new Set<string>()) {
    this.self = { host: 'h', boot: 'b', pidNamespace: 'n', pid: 1, start: '1', nonce };
    this.dead = dead;
  }

  stateOf(owner: ProcessOwner): 'alive' | 'dead' {
    return this.dead.has(owner.nonce) ? 'dead' : 'alive';
  }

  endGroup(process: { pid: number }): Promise<boolean> {
    this.ended.push(process.pid);
    return Promise.resolve(true);
  }
}

class InMemoryCurrentSession implements CurrentSession {
  #choice: SessionChoice | undefined;

  get(): Promise<SessionChoice | undefined> {
    return Promise.resolve(this.#choice);
  }

  set(choice: SessionChoice | undefined): Promise<void> {
    this.#choice = choice;
    return Promise.resolve();
  }
}

/** Runs a task by calling a function; by default it completes at once. */
export class ScriptedRunner implements TaskRunner {
  script: (run: TaskRun) => ReturnType<TaskRunner['run']> = () =>
    Promise.resolve({ status: 'completed', result: { summary: 'done' } });

  typeOf(): 'code' {
    return 'code';
  }

  run(run: TaskRun): ReturnType<TaskRunner['run']> {
    return this.script(run);
  }
}

/** Verifies by saying what a test says; by default that it passed. */
export class ScriptedVerifier implements Verifier {
  settings: string | undefined;
  stale: boolean | null = false;
  script: (run: TaskRun, request: VerifyRequest) => ReturnType<Verifier['verify']> = async (run, request) => {
    const verification = evidence(request.command);
    await run.record({ type: 'verificationRecorded', data: { taskId: run.task.id, verification } });
    return { status: 'recorded', verification };
  };

  configured(): string | undefined {
    return this.settings;
  }

  candidates(): ReturnType<Verifier['candidates']> {
    return Promise.resolve([{ command: 'npm test', kind: 'test', source: 'package.json' }]);
  }

  verify(run: TaskRun, request: VerifyRequest): ReturnType<Verifier['verify']> {
    return this.script(run, request);
  }

  isStale(): Promise<boolean | null> {
    return Promise.resolve(this.stale);
  }
}

export function evidence(command: string, exitCode = 0): VerificationRecord {
  return { command, exitCode, outputHash: '0'.repeat(64), tree: null, passed: exitCode === 0 };
}

export interface ManagerFixture {
  readonly manager: SessionManager;
  readonly store: InMemorySessionStore;
  readonly clock: ManualClock;
  readonly runner: ScriptedRunner;
  readonly verifier: ScriptedVerifier;
  readonly processes: ScriptedProcesses;
}

/** A manager on in-memory ports. Pass the `store`, `clock` and `dead` of another one to stand for a second process. */
export function createManager(
  overrides: Partial<SessionManagerOptions> & {
    readonly shared?: ManagerFixture;
    readonly nonce?: string;
    readonly trusted?: () => boolean;
  } = {},
): ManagerFixture {
  const { shared, nonce = 'first', trusted = () => true, ...options } = overrides;
  const clock = shared?.clock ?? new ManualClock();
  const store = shared?.store ?? new InMemorySessionStore(clock);
  const runner = new ScriptedRunner();
  const verifier = new ScriptedVerifier();
  const processes = new ScriptedProcesses(nonce, shared?.processes.dead);
  const approvals: ApprovalPolicy = { canAsk: () => true, timeoutMs: null };
  const manager = new SessionManager({
    ...{
      store,
      runner,
      verifier,
      clock,
      processes,
      approvals,
      ids: randomIds,
      author: 'tester',
      logger: nullLogger,
    },
    current: new InMemoryCurrentSession(),
    gate: {
      root: '/workspace',
      requireTrust: () =>
        trusted() ? Promise.resolve() : Promise.reject(new SessionError('not_trusted', 'not trusted')),
      resolveWorkingDirectory: path => Promise.resolve(path ?? '/workspace'),
    },
    authorship: {
      seal: text => Promise.resolve(`sealed:${text}`),
      isOwn: (text, seal) => Promise.resolve(seal === `sealed:${text}`),
    },
    ...options,
  });
  return { manager, store, clock, runner, verifier, processes };
}
