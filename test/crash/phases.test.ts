import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SessionRecord } from '../../src/core/events.ts';
import type { SessionManager } from '../../src/core/sessionManager.ts';
import { listProcesses } from '../../src/workspace/processList.ts';
import { skip } from '../support/skip.ts';
import { worker } from './support/bundle.ts';
import { OwnTime } from '../support/ownTime.ts';
import { Child } from './support/child.ts';
import { hostOn } from './support/hostOn.ts';
import { removeFolder, temporaryFolder } from './support/onDisk.ts';
import { Random } from './support/random.ts';
import { Tally } from './support/tally.ts';
import { cases, seed } from './support/tier.ts';
import type { TaskConfig } from './workers/task.ts';

const OPEN_MS = 2_000;
const AT_ONCE = 3;
const LONG = '$ echo ran >> ran.txt; echo printed; exec sleep 60';
const SHORT = '$ echo ran >> ran.txt; echo printed';

interface Phase extends Omit<TaskConfig, 'root'> {
  /** Whether the command may have acted by then. */
  readonly mayHaveRun: boolean;
}

function phase(barrier: string, more: Partial<Phase> = {}): Phase {
  return { barrier, task: LONG, isForeign: false, isSecond: false, mayHaveRun: false, ...more };
}

const PHASES: readonly Phase[] = [
  phase('taskCreated'),
  phase('taskCreated', { isSecond: true, mayHaveRun: true }),
  phase('taskStarted'),
  phase('agentSelected'),
  phase('planCreated'),
  phase('stepChanged'),
  phase('toolCallRequested', { isForeign: true }),
  phase('approvalRequested', { isForeign: true }),
  phase('approvalDecided', { isForeign: true }),
  phase('processStarted'),
  phase('outputAppended', { mayHaveRun: true }),
  phase('toolCallEnded', { task: SHORT, mayHaveRun: true }),
  phase('taskCompleted', { task: SHORT, mayHaveRun: true }),
];

/** One host that is killed at a barrier, and the next one that opens its session. */
class KilledTask {
  readonly #folder = temporaryFolder('phases');
  readonly #root = join(this.#folder, 'work');
  readonly #phase: Phase;
  readonly #tally: Tally;
  readonly #what: string;

  constructor(wanted: Phase, number: number, tally: Tally) {
    this.#phase = wanted;
    this.#tally = tally;
    this.#what = `${wanted.barrier}${wanted.isSecond ? ' of the second task' : ''}, ${number}`;
    mkdirSync(this.#root);
  }

  async run(file: string, delayMs: number): Promise<void> {
    const { mayHaveRun, ...rest } = this.#phase;
    const child = new Child({ file, config: { root: this.#root, ...rest } satisfies TaskConfig });
    const reached = await child.until('barrier');
    const [sessionId = ''] = child.told('session');
    if (reached === undefined)
      this.#tally.fail(`${this.#what}: never reached: ${child.lines.join()} ${child.errors}`);
    else {
      await pause(delayMs);
      child.signal('SIGKILL');
      await child.exit;
      this.#tally.fire(`kill at ${this.#phase.barrier}`);
      this.#tally.expect(mayHaveRun || this.#ran() === 0, `${this.#what}: it acted before it was recorded`);
      await this.#reopen(sessionId);
    }
    removeFolder(this.#folder);
  }

  async #reopen(sessionId: string): Promise<void> {
    const ran = this.#ran();
    const time = new OwnTime();
    const host = await hostOn(this.#root);
    const tasks = await host.sessions.listTasks(sessionId);
    const took = time.end();
    this.#tally.highest('ms until closed, at most', took);
    this.#tally.expect(took < OPEN_MS, `${this.#what}: opening took ${took} ms`);
    for (const task of tasks) {
      const isCompleted = this.#phase.barrier === 'taskCompleted' && task.status === 'completed';
      const isInterrupted = task.status === 'failed' && task.reason === 'interrupted';
      this.#tally.expect(
        isCompleted || isInterrupted,
        `${this.#what}: the task is ${task.status} ${task.reason}`,
      );
    }
    const records = await recordsOf(host.sessions, sessionId);
    this.#requireOneResult(records);
    await this.#requireEnded(records);
    await pause(30);
    this.#tally.expect(this.#ran() === Math.min(ran, 1), `${this.#what}: it ran ${this.#ran()} times`);
    await host.close();
    await this.#requireNothingNew(sessionId, records.length);
  }

  #requireOneResult(records: readonly SessionRecord[]): void {
    const results = new Map<string, number>();
    for (const { event } of records) {
      if (event.type === 'toolCallRequested') results.set(event.data.callId, 0);
      if (event.type === 'toolCallEnded')
        results.set(event.data.callId, (results.get(event.data.callId) ?? 0) + 1);
    }
    for (const [callId, count] of results) {
      this.#tally.count('calls');
      this.#tally.expect(count === 1, `${this.#what}: ${callId} has ${count} results`);
    }
  }

  async #requireEnded(records: readonly SessionRecord[]): Promise<void> {
    const alive = new Set((await listProcesses()).map(({ group }) => group));
    for (const { event } of records) {
      if (event.type !== 'processStarted') continue;
      this.#tally.count('commands left behind');
      this.#tally.expect(!alive.has(event.data.process.pid), `${this.#what}: its command still runs`);
    }
  }

  async #requireNothingNew(sessionId: string, count: number): Promise<void> {
    const host = await hostOn(this.#root);
    await host.sessions.getSession(sessionId);
    const { length } = await recordsOf(host.sessions, sessionId);
    this.#tally.expect(length === count, `${this.#what}: opening again adds ${length - count} records`);
    await host.close();
  }

  #ran(): number {
    const file = join(this.#root, 'ran.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').length : 0;
  }
}

async function recordsOf(sessions: SessionManager, sessionId: string): Promise<readonly SessionRecord[]> {
  const all: SessionRecord[] = [];
  for await (const batch of sessions.readRecords(sessionId, 0)) all.push(...batch);
  return all;
}

describe('phases: a host dies at every phase of a task', () => {
  before(function () {
    if (process.platform === 'win32') skip(this, 'it ends process groups, which Windows does not have');
  });

  it('nothing stays running, nothing runs twice, every call has one result, commands are ended', async () => {
    const tally = new Tally('phases');
    const random = new Random(seed);
    const file = await worker('task');
    const each = cases(50, 500);
    const waiting = Array.from({ length: each }, (_, number) =>
      PHASES.map(wanted => ({ wanted, number })),
    ).flat();
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined && tally.problems < 20; next = waiting.shift()) {
        await new KilledTask(next.wanted, next.number, tally).run(file, random.next() * 5);
        tally.count('hosts killed');
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    tally.count('phases', PHASES.length);
    tally.finish();
  });
});
