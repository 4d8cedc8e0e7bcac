import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchContext } from './context.mts';
import { conversation, type Conversation, type TurnShape } from './drivers/conversation.mts';
import type { Place } from './drivers/driver.mts';
import type { SubjectName } from './drivers/drivers.mts';
import { openOurs, ours } from './drivers/ours.mts';
import { writeColumns } from './drivers/plainColumns.mts';
import { PLAIN_ROWS, PLAIN_TURNS } from './drivers/plainFile.mts';
import { endLeftovers } from './leftovers.mts';
import { listAll } from './openStore.mts';
import { ratio, measured, type Measured } from './rounds.mts';
import { ratioRow, type Row, type Target } from './row.mts';
import { runWorker } from './worker.mts';

/** What one subject took in one round, in a process of its own. */
export interface Round {
  readonly first: Taken;
  readonly again: Taken;
  readonly count: number;
}

export interface Taken {
  readonly ms: number;
  /** Null for a server, whose processor time is not that of the process that asks. */
  readonly cpuMs: number | null;
}

const LARGE: TurnShape = { calls: 4, output: 16_000 };
const SMALL: TurnShape = { calls: 1, output: 300 };

/** `count` sessions of one or two turns, a minute apart. */
export function* smallSessions(count: number): Generator<Conversation> {
  for (let index = 0; index < count; index++)
    yield conversation(index, index, index % 3 === 0 ? 2 : 1, SMALL);
}

/** A session whose commands printed `bytes`. */
export function largeSession(bytes: number): Conversation {
  return conversation(1, 0, Math.ceil(bytes / (LARGE.calls * LARGE.output)), LARGE);
}

/** A session of one page, to warm a process up on. */
export function pageSession(): Conversation {
  return conversation(2, 1, 50, SMALL);
}

export function newPlace(context: BenchContext, name: string, modules: string): Place {
  const home = context.folder(name);
  const project = join(home, 'project');
  mkdirSync(project);
  return { home, project, modules };
}

/** Our own sessions, and beside them one file with the same rows and one with the turns of the first session. */
export async function writeOurs(place: Place, conversations: readonly Conversation[]): Promise<void> {
  ours.writeAll(place, conversations);
  const store = openOurs(place);
  const rows = await listAll(store);
  await store.close();
  writeFileSync(join(place.home, PLAIN_ROWS), JSON.stringify(rows));
  writeColumns(place.home, rows);
  const turns = [...(conversations[0]?.turns() ?? [])];
  writeFileSync(join(place.home, PLAIN_TURNS), turns.map(turn => `${JSON.stringify(turn)}\n`).join(''));
}

/** One round of a subject; nothing that it started is left. Rejects when it fails or gives fewer than `atLeast` items. */
export async function runSubject(
  name: SubjectName,
  what: 'list' | 'page' | 'resume',
  { home, project, modules }: Place,
  options: { readonly atLeast: number; readonly sessionId?: string; readonly warmUpId?: string },
): Promise<Round> {
  const { atLeast, sessionId = '', warmUpId = '' } = options;
  try {
    const args = [name, what, home, project, modules, sessionId, warmUpId];
    const round = await runWorker<Round>('workers/subject.mts', args, {
      ...{ env: ownFolders(home), cwd: project, bundled: true },
    });
    if (round.count < atLeast) throw new Error(`${what} gave ${round.count} of ${atLeast}`);
    return round;
  } finally {
    endLeftovers(home);
  }
}

/** Without the variables of the person's own environment that would lead a peer to their own sessions or a network. */
function ownFolders(home: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: home,
    TMPDIR: home,
    NO_PROXY: '*',
    CI: '1',
  };
  for (const name of ['CONFIG', 'CACHE', 'DATA', 'STATE'])
    env[`XDG_${name}_HOME`] = join(home, 'xdg', name.toLowerCase());
  return env;
}

/** A row of what two subjects took in the same rounds, in time and in processor time. */
export function compared(quantity: string, of: readonly Taken[], to: readonly Taken[], target?: Target): Row {
  const row = ratioRow(quantity, measured(of.map(({ ms }) => ms)), measured(to.map(({ ms }) => ms)), target);
  const [cpuOf, cpuTo] = [processorTime(of), processorTime(to)];
  return cpuOf === null || cpuTo === null ? row : { ...row, processor: ratio(cpuOf, cpuTo) };
}

function processorTime(taken: readonly Taken[]): Measured | null {
  const values = taken.map(({ cpuMs }) => cpuMs).filter(value => value !== null);
  return values.length === taken.length ? measured(values) : null;
}
