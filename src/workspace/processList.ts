import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import type { ProcessIdentity } from '../core/toolCall.ts';

/** The variable that tells every process of a command, wherever it goes, which group it came from. */
export const GROUP_VARIABLE = 'CODING_AGENT_GROUP';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Start time as the system gives it; larger is later on Linux. */
  readonly start: string;
}

/** Processes that run on this machine, the dead that nobody has collected excepted. Empty where they cannot be listed. */
export async function listProcesses(): Promise<RunningProcess[]> {
  if (process.platform === 'linux') return listProc();
  return process.platform === 'win32' ? [] : listPs();
}

/** What tells a running process from a later one with its number. */
export async function identify(pid: number): Promise<ProcessIdentity> {
  const found = process.platform === 'linux' ? await readProc(pid) : (await listPs(pid))[0];
  return { pid, start: found?.start ?? null };
}

/** Whether the process carries the mark of `group`. Only Linux tells. */
export async function isMarked(pid: number, group: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return environment.split('\0').includes(`${GROUP_VARIABLE}=${group}`);
}

async function listProc(): Promise<RunningProcess[]> {
  const names = await readdir('/proc').catch(() => []);
  const found = await Promise.all(
    names.filter(name => /^[0-9]+$/.test(name)).map(name => readProc(Number(name))),
  );
  return found.filter(entry => entry !== undefined);
}

async function readProc(pid: number): Promise<RunningProcess | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  // The name in brackets may hold anything, brackets too; what follows the last one is numbers.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return { pid, parent: Number(fields[1]), group: Number(fields[2]), start: fields[19] ?? '' };
}

function listPs(pid?: number): Promise<RunningProcess[]> {
  const which = pid === undefined ? ['-ax'] : ['-p', String(pid)];
  return new Promise(resolve => {
    execFile(
      '/bin/ps',
      [...which, '-o', 'pid=,ppid=,pgid=,stat=,lstart='],
      { env: { LC_ALL: 'C' } },
      (_error, stdout) => {
        resolve(stdout.split('\n').flatMap(parsePs));
      },
    );
  });
}

function parsePs(line: string): RunningProcess[] {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
  if (match === null || match[4]?.startsWith('Z') === true) return [];
  return [
    { pid: Number(match[1]), parent: Number(match[2]), group: Number(match[3]), start: match[5] ?? '' },
  ];
}
