import { CommanderError } from 'commander';
import { type ErrorCode, messageOf } from '../core/errors.ts';
import { exitCode, exitCodeOfError } from './exitCode.ts';

/** An error as it is told: to people in words, to programs like the problem documents of the HTTP API. */
export interface ErrorReport {
  readonly code: string;
  readonly title: string;
  /** What happened, and what was kept. */
  readonly detail: string;
  /** What to do next. */
  readonly hint: string | undefined;
  readonly field: string | undefined;
  readonly file: string | undefined;
  readonly exitCode: number;
}

const TITLES: Readonly<Record<ErrorCode, string>> = {
  invalid_input: 'Wrong use',
  not_found: 'Not found',
  session_ended: 'The session has ended',
  session_busy: 'The session is busy',
  task_not_running: 'The task is not running',
  task_not_finished: 'The task has not ended',
  not_trusted: 'The folder is not trusted',
  denied: 'Denied',
  no_agent: 'No agent can do this',
  conflict: 'Conflict',
  undo_conflict: 'Changed since the task',
  no_checkpoint: 'No checkpoint',
  checkpoint_pruned: 'Checkpoint pruned',
  session_imported: 'The session was imported',
  bad_archive: 'The file cannot be imported',
  storage_denied: 'No right to write',
  storage_full: 'The disk is full',
  storage_failed: 'The disk failed',
  newer_version: 'Written by a newer version',
  damaged: 'Damaged',
  cancelled: 'Cancelled',
  disposed: 'Closed',
};

const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  not_found: 'See what there is: coding-agent sessions list --archived, coding-agent tasks list',
  session_ended: 'Running a task in it opens it again: coding-agent run "TASK" --session ID',
  session_busy: 'Leave out --no-wait and the task waits for its turn.',
  task_not_finished: 'Cancel it: coding-agent tasks cancel TASK',
  not_trusted: 'Trust the folder once: coding-agent trust, or add --trust to this command.',
  denied: 'Run it on a terminal to be asked, or add --yes to approve in advance.',
  session_imported: 'Go on in a fork of it: coding-agent sessions fork ID',
  newer_version: 'Update coding-agent to write to this session.',
  damaged: 'See what is wrong and what can be repaired: coding-agent doctor',
};

export function reportOf(error: unknown, command: string): ErrorReport {
  if (error instanceof CommanderError) return usageReport(error.message, command);
  const code = codeOf(error);
  if (!isErrorCode(code)) {
    return {
      code: 'internal',
      title: 'Internal error',
      detail: `Something went wrong that should not: ${messageOf(error)}. What was acknowledged before is kept.`,
      hint: 'Please report it, with the command that you ran.',
      ...{ field: undefined, file: undefined, exitCode: exitCode.failed },
    };
  }
  const { field, file } = error as { field?: string; file?: string };
  const hint = hintFor(code, field, command);
  const title = TITLES[code];
  return { code, title, detail: messageOf(error), hint, field, file, exitCode: exitCodeOfError(code) };
}

/** The problem document: RFC 9457's members that mean something without HTTP, and the code. */
export function problemOf({ code, title, detail, hint, field, file }: ErrorReport): Record<string, unknown> {
  return {
    code,
    title,
    detail,
    ...(hint !== undefined && { hint }),
    ...(field !== undefined && { field }),
    ...(file !== undefined && { file }),
  };
}

function usageReport(message: string, command: string): ErrorReport {
  const detail = sentence(message.replace(/^error: /, '').replace(/\n\((Did you mean .*\?)\)$/, '. $1'));
  const title = TITLES.invalid_input;
  const hint = message.includes('too many arguments')
    ? 'Put a text of several words in quotes.'
    : helpHint(command);
  return {
    code: 'invalid_input',
    title,
    detail,
    hint,
    field: undefined,
    file: undefined,
    exitCode: exitCode.usage,
  };
}

function hintFor(code: ErrorCode, field: string | undefined, command: string): string | undefined {
  if (code === 'not_trusted' && field === 'workingDirectory')
    return 'Trust that folder once: coding-agent trust FOLDER';
  if (code === 'not_found' && field === 'file')
    return command.endsWith(' import')
      ? 'See what other agents keep on this machine: coding-agent sessions import --list'
      : helpHint(command);
  if (code === 'not_found' && / (restore|purge)$/.test(command))
    return 'See what is in the trash: coding-agent sessions list --trash';
  if (code === 'invalid_input') return field === 'config' ? undefined : helpHint(command);
  return HINTS[code];
}

function helpHint(command: string): string {
  return `See how it is used: ${command} --help`;
}

function sentence(text: string): string {
  const [first = '', ...rest] = text.trim();
  const whole = first.toUpperCase() + rest.join('');
  return /[.!?)]$/.test(whole) ? whole : `${whole}.`;
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'internal';
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(TITLES, code);
}
