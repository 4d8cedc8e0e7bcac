import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessOwner } from '../core/processOwner.ts';
import type { Ids, ProcessTable } from '../core/ports.ts';
import type { ProcessIdentity } from '../core/toolCall.ts';
import { errorCode } from './fileSystem.ts';

/**
 * Tells living processes from dead ones. Death is only ever proven: on the same host, in the same pid namespace, by a pid
 * that is free or belongs to a process that started at another time, or by a reboot since.
 */
export class SystemProcessTable implements ProcessTable {
  readonly endGroup: ProcessTable['endGroup'];
  readonly #ids: Ids;
  #self: ProcessOwner | undefined;

  /** `endGroup` ends what a command left behind: see `ProcessTable`. */
  constructor(ids: Ids, endGroup: ProcessTable['endGroup']) {
    this.#ids = ids;
    this.endGroup = endGroup;
  }

  /** Found out on first use: making the table touches nothing. */
  get self(): ProcessOwner {
    this.#self ??= {
      host: hostIdentity(),
      boot: readText('/proc/sys/kernel/random/boot_id') ?? null,
      pidNamespace: readLink('/proc/self/ns/pid') ?? null,
      pid: process.pid,
      start: startTimeOf(process.pid),
      nonce: this.#ids.hex(16),
    };
    return this.#self;
  }

  stateOf(owner: ProcessOwner): 'alive' | 'dead' | 'unknown' {
    const { self } = this;
    if (owner.nonce === self.nonce) return 'alive';
    if (owner.host !== self.host || (owner.boot === null) !== (self.boot === null)) return 'unknown';
    if (owner.boot !== self.boot) return 'dead';
    if (owner.pidNamespace !== self.pidNamespace) return 'unknown';
    return isRunning(owner) ? 'alive' : 'dead';
  }
}

/** When a process started, as the operating system gives it; `null` when it cannot tell. */
function startTimeOf(pid: number): string | null {
  return processStat(pid)?.start ?? null;
}

function isRunning({ pid, start }: ProcessIdentity): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  if (!signal(pid, 0)) return false;
  const stat = processStat(pid);
  if (stat === undefined) return process.platform !== 'linux' || signal(pid, 0);
  // A zombie holds its number until its parent asks, but runs no more.
  if (stat.state === 'Z' || stat.state === 'X') return false;
  return start === null || stat.start === start;
}

/** Whether there is a process to signal, be it another user's. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** Host names repeat where machines are cloned; where the machine has an id of its own, that tells them apart. */
function hostIdentity(): string {
  const machine = readText('/etc/machine-id');
  return machine === undefined || machine === '' ? hostname() : `${hostname()} ${machine.slice(0, 12)}`;
}

function processStat(pid: number): { readonly state: string; readonly start: string } | undefined {
  const text = readText(`/proc/${pid}/stat`);
  // The name, in parentheses, may hold anything; behind it are the state and, 19 fields on, the start in clock ticks.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields?.[0];
  const start = fields?.[19];
  return state === undefined || start === undefined ? undefined : { state, start };
}

function readText(path: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function readLink(path: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
