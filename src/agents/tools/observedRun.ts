import { TextEnd } from '../../core/text.ts';
import { changesBetween } from '../../workspace/changeScan.ts';
import { commitsSince, markHistory } from '../../workspace/commits.ts';
import { ReadOnlyGit } from '../../workspace/git.ts';
import type { ProgramResult } from '../../workspace/processes.ts';
import { WorkspaceError } from '../../workspace/workspaceError.ts';
import type { CallPort, ToolEnvironment, ToolResult } from './tool.ts';

const MODEL_TAIL_BYTES = 32 * 1024;

export interface RanPrograms {
  /** Of the last program; `null` when it has none. */
  readonly exitCode: number | null;
}

/**
 * Runs programs one after the other, up to the first that fails, and notices which files they changed and which commits they
 * made. `title` names them in messages.
 */
export async function observedRun(
  programs: readonly (readonly [string, ...string[]])[],
  title: string,
  environment: ToolEnvironment,
  call: CallPort,
): Promise<ToolResult<RanPrograms>> {
  const { files, scanner } = environment;
  const [before, mark] = await Promise.all([scanner.scan(environment.signal), historyOf(files.root)]);
  const tail = new TextEnd(MODEL_TAIL_BYTES);
  let last: ProgramResult | undefined;
  for (const argv of programs) {
    last = await environment.processes.run({
      ...{ argv, cwd: files.root, environment: environment.environment, signal: environment.signal },
      timeoutMs: environment.commandTimeoutMs,
      onStart: process => call.started(process),
      onOutput: async text => {
        tail.push(text);
        await call.output(text);
      },
    });
    if (last.ended !== 'exit' || last.exitCode !== 0) break;
  }
  const after = await scanner.scan();
  const changes = changesBetween(before, after);
  const commits =
    mark === undefined ? [] : await commitsSince(new ReadOnlyGit(files.root), mark).catch(() => []);
  const failure = last === undefined ? undefined : failureOf(last, title, environment.commandTimeoutMs);
  const detail = last === undefined ? 'nothing to run' : detailOf(last, after.isPartial);
  const exitCode = last?.exitCode ?? null;
  return {
    ...{ value: { exitCode }, text: `${tail.text}\n[${detail}]`, detail, changes, commits, exitCode },
    ...(failure === undefined ? {} : { failure }),
  };
}

async function historyOf(root: string): Promise<Awaited<ReturnType<typeof markHistory>> | undefined> {
  return markHistory(new ReadOnlyGit(root)).catch(() => undefined);
}

function detailOf({ ended, exitCode, signal, leftBehind }: ProgramResult, isPartial: boolean): string {
  const how = {
    cancelled: 'cancelled',
    timeout: 'timed out',
    exit: exitCode === null ? `ended by ${signal ?? 'a signal'}` : `exit ${exitCode}`,
  };
  const left = leftBehind === 0 ? [] : [`${leftBehind} left in the background, ended`];
  return [how[ended], ...left, ...(isPartial ? ['too many files to notice every change'] : [])].join(' · ');
}

function failureOf(
  result: ProgramResult,
  title: string,
  timeoutMs: number | null,
): WorkspaceError | undefined {
  const kept = 'What it had done is kept.';
  if (result.ended === 'cancelled')
    return new WorkspaceError('cancelled', `${title} was cancelled. ${kept} Retry it when you are ready.`);
  if (result.ended === 'timeout') {
    const limit = timeoutMs === null ? '' : ` after ${timeoutMs / 1000} s`;
    return new WorkspaceError(
      'timeout',
      `${title} was stopped${limit}, the time limit. ${kept} Raise the limit or make it shorter, then retry.`,
    );
  }
  if (result.exitCode === null) {
    return new WorkspaceError(
      'signal',
      `${title} was ended by ${result.signal ?? 'a signal'}. ${kept} Retry it when you are ready.`,
    );
  }
  if (result.exitCode === 0) return undefined;
  return new WorkspaceError(
    'exit_code',
    `${title} ended with exit code ${result.exitCode}. ${kept} Read its output, put right what it names, then retry.`,
  );
}
