import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessIdentity } from '../core/toolCall.ts';
import { identify, isMarked, listProcesses, type RunningProcess } from './processList.ts';

/** How long processes may take to end by themselves before they are killed, in milliseconds. */
export const GRACE_MS = 2000;
const GIVE_UP_MS = 3000;
const POLL_MS = 20;

export interface EndOptions {
  /** Milliseconds between asking and killing; 2,000 when not given. */
  readonly graceMs?: number;
  /** Only what is still in the group: what made itself a daemon is left alone. */
  readonly groupOnly?: boolean;
}

/**
 * Ends the process that a command was started as and all that came from it: its group, its descendants, and (on Linux) what
 * left both but carries the group's mark. Asks first (`SIGTERM`), kills after the grace. Resolves with how many there were.
 * Never rejects.
 */
export async function endTree(leader: ProcessIdentity, options: EndOptions = {}): Promise<number> {
  if (process.platform === 'win32') return endTreeOnWindows(leader.pid);
  const { graceMs = GRACE_MS } = options;
  const first = await treeOf(leader, options);
  signalAll(first, 'SIGTERM');
  const seen = new Set(first.map(entry => entry.pid));
  const started = performance.now();
  let killedAt: number | undefined;
  for (;;) {
    const left = await treeOf(leader, options);
    if (left.length === 0) return seen.size;
    for (const entry of left) seen.add(entry.pid);
    const now = performance.now();
    // Counted from the first kill: a machine that slept through the grace has killed nothing yet.
    if (killedAt !== undefined && now - killedAt > GIVE_UP_MS) return seen.size;
    if (now - started >= graceMs) {
      signalAll(left, 'SIGKILL');
      killedAt ??= now;
    }
    await pause(POLL_MS);
  }
}

/**
 * Ends what is left of a command whose host died. Acts only when the identity holds: the leader started when the record says,
 * or, when the leader is gone, its group still has a process with the group's mark that started after it. Resolves with
 * whether there was one.
 */
export async function killProcessGroup(
  identity: ProcessIdentity,
  options: EndOptions = {},
): Promise<boolean> {
  if (identity.pid <= 1 || identity.pid === process.pid || identity.start === null) return false;
  const leader = await identify(identity.pid);
  if (leader.start !== null && leader.start !== identity.start) return false;
  return (await endTree(identity, options)) > 0;
}

/** What is alive of a command. A group whose leader is gone is judged by the mark, its number may be another's by now. */
async function treeOf(
  leader: ProcessIdentity,
  { groupOnly = false }: EndOptions,
): Promise<readonly RunningProcess[]> {
  const all = (await listProcesses()).filter(entry => entry.pid !== process.pid && entry.pid > 1);
  const first = all.find(entry => entry.pid === leader.pid);
  if (first !== undefined && leader.start !== null && first.start !== leader.start) return [];
  const later = all.filter(entry => !isEarlier(entry.start, leader.start));
  const marked = process.platform === 'linux' ? await withMark(later, leader.pid) : [];
  const group = all.filter(entry => entry.group === leader.pid);
  const isOurs =
    first !== undefined || process.platform !== 'linux' || group.some(entry => marked.includes(entry));
  const members = isOurs ? group : [];
  if (groupOnly) return members;
  return [
    ...new Set([...members, ...marked, ...descendants(all, [leader.pid, ...marked.map(entry => entry.pid)])]),
  ];
}

async function withMark(processes: readonly RunningProcess[], group: number): Promise<RunningProcess[]> {
  const flags = await Promise.all(processes.map(entry => isMarked(entry.pid, group)));
  return processes.filter((_entry, index) => flags[index] === true);
}

function isEarlier(start: string, reference: string | null): boolean {
  return process.platform === 'linux' && reference !== null && Number(start) < Number(reference);
}

function descendants(all: readonly RunningProcess[], roots: readonly number[]): RunningProcess[] {
  const found = new Set<number>(roots);
  const result: RunningProcess[] = [];
  for (let grew = true; grew;) {
    grew = false;
    for (const entry of all) {
      if (found.has(entry.pid) || !found.has(entry.parent)) continue;
      found.add(entry.pid);
      result.push(entry);
      grew = true;
    }
  }
  return result;
}

function signalAll(processes: readonly RunningProcess[], signal: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself, or is another user's: the next look tells.
    }
  }
}

function endTreeOnWindows(pid: number): Promise<number> {
  return new Promise(resolve => {
    execFile('taskkill', ['/pid', String(pid), '/T', '/F'], error => {
      resolve(error === null ? 1 : 0);
    });
  });
}
