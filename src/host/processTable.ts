import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';
import type { ProcessOwner } from '../core/events.ts';
import type { Ids, ProcessTable } from '../core/ports.ts';
import type { ProcessIdentity } from '../core/toolCall.ts';

/** Ends the group that a process leads, when it is still that process; resolves with whether there was one. */
export type EndGroup = (identity: ProcessIdentity) => Promise<boolean>;

/**
 * The processes of this machine. On Linux a pid is judged by its start time, its boot and its pid namespace; elsewhere by
 * the pid alone, so that a reused pid counts as alive and nothing is taken from the living.
 */
export function createProcessTable(ids: Ids, endGroup: EndGroup): ProcessTable {
  const self: ProcessOwner = {
    host: hostname(),
    boot: read('/proc/sys/kernel/random/boot_id'),
    pidNamespace: pidNamespace(),
    pid: process.pid,
    start: startTimeOf(process.pid),
    nonce: ids.hex(16),
  };
  return {
    self,
    stateOf: owner => stateOf(owner, self),
    endGroup,
  };
}

function stateOf(owner: ProcessOwner, self: ProcessOwner): 'alive' | 'dead' | 'unknown' {
  if (owner.nonce === self.nonce) return 'alive';
  if (owner.host !== self.host) return 'unknown';
  // After a reboot of the same host nothing of before lives, whatever namespace it was in.
  if (owner.boot !== null && self.boot !== null && owner.boot !== self.boot) return 'dead';
  if (owner.pidNamespace !== self.pidNamespace) return 'unknown';
  if (!exists(owner.pid)) return 'dead';
  const start = startTimeOf(owner.pid);
  return start !== null && owner.start !== null && start !== owner.start ? 'dead' : 'alive';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Killed but not yet waited for by its parent: it does nothing more. */
function isZombie(pid: number): boolean {
  return statFieldsOf(pid)?.[0] === 'Z';
}

/** Start time in clock ticks since boot (proc(5), field 22); `null` where there is no /proc. */
export function startTimeOf(pid: number): string | null {
  return statFieldsOf(pid)?.[19] ?? null;
}

/** The fields of /proc/PID/stat from the third on: the second, the name, may hold anything. */
function statFieldsOf(pid: number): string[] | undefined {
  const stat = read(`/proc/${String(pid)}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
