import { invalidInput, SessionError } from './errors.ts';
import { isSessionId, type SessionMetadata, type SessionStatus } from './session.ts';
import { TASK_TYPES, type TaskType } from './task.ts';
import { byteLength } from './text.ts';

/** The longest task text, in UTF-8 bytes: its record must fit in one journal line. */
export const MAX_TASK_BYTES = 32 * 1024;
const MAX_COMMAND_BYTES = 8 * 1024;
const MAX_TITLE_CHARACTERS = 200;
const MAX_TAGS = 32;
const MAX_TAG_CHARACTERS = 64;
const AGENT = /^(auto|direct|model|acp:[A-Za-z0-9][A-Za-z0-9._-]{0,63})$/;
// Control characters other than tab and line ends would reach terminals and break one-line rows.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
const LINE_END = /[\r\n\u2028\u2029]/;

export function parseSessionId(value: unknown): string {
  if (isSessionId(value)) return value;
  throw invalidInput(
    'sessionId',
    `Not a session id: ${shown(value)}. A session id is a lower-case UUID version 4.`,
  );
}

export function parseTaskText(value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '')
    throw invalidInput('task', 'The task is empty. Say what is to be done.');
  const bytes = byteLength(value);
  if (bytes > MAX_TASK_BYTES || byteLength(JSON.stringify(value)) > MAX_TASK_BYTES * 1.5) {
    const size = `The task has ${String(bytes)} bytes; at most ${String(MAX_TASK_BYTES)} are possible.`;
    throw invalidInput('task', `${size} Put the text into a file and refer to it.`);
  }
  return value;
}

/** A command line that verifies a task: one that a shell can be given, at most 8 KiB. */
export function parseVerifyCommand(value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '')
    throw invalidInput('verify', 'The verification is empty. Give one command line, such as "npm test".');
  if (value.includes('\0') || byteLength(value) > MAX_COMMAND_BYTES)
    throw invalidInput('verify', 'The verification is not one command line of at most 8 KiB.');
  return value;
}

export function parseTaskType(value: unknown): TaskType {
  const type = TASK_TYPES.find(known => known === value);
  if (type !== undefined) return type;
  throw invalidInput('type', `Unknown task type: ${shown(value)}. Known are ${TASK_TYPES.join(', ')}.`);
}

export function parseAgent(value: unknown): string {
  if (typeof value === 'string' && AGENT.test(value)) return value;
  throw invalidInput('agent', `Unknown agent: ${shown(value)}. Known are auto, direct, model and acp:NAME.`);
}

export function parseEndStatus(value: unknown): Exclude<SessionStatus, 'active'> {
  if (value === 'completed' || value === 'failed') return value;
  throw invalidInput('status', `Unknown status: ${shown(value)}. A session ends completed or failed.`);
}

export function parseSessionStatus(value: unknown): SessionStatus {
  if (value === 'active' || value === 'completed' || value === 'failed') return value;
  throw invalidInput('status', `Unknown status: ${shown(value)}. A session is active, completed or failed.`);
}

export function parseTitle(value: unknown): string {
  if (typeof value !== 'string') throw invalidInput('title', `A title is a text, not ${shown(value)}.`);
  const title = value.trim();
  if (title.length > MAX_TITLE_CHARACTERS) {
    throw invalidInput(
      'title',
      `The title has ${String(title.length)} characters; at most ${String(MAX_TITLE_CHARACTERS)} are possible.`,
    );
  }
  if (CONTROL.test(title) || LINE_END.test(title))
    throw invalidInput('title', 'A title is one line without control characters.');
  return title;
}

export function parseTags(value: unknown): string[] {
  if (!Array.isArray(value) || value.length > MAX_TAGS)
    throw invalidInput('tags', `Tags are a list of at most ${String(MAX_TAGS)} texts.`);
  return [...new Set(value.map(parseTag))];
}

function parseTag(value: unknown): string {
  const tag = typeof value === 'string' ? value.trim() : '';
  if (tag === '' || tag.length > MAX_TAG_CHARACTERS || CONTROL.test(tag) || LINE_END.test(tag)) {
    throw invalidInput(
      'tags',
      `Not a tag: ${shown(value)}. A tag is one line of at most ${String(MAX_TAG_CHARACTERS)} characters.`,
    );
  }
  return tag;
}

export function parseFlag(field: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw invalidInput(field, `${field} is true or false, not ${shown(value)}.`);
}

/** A list's page size: 1 to 1,000, 50 when not given. */
export function parseLimit(value: unknown): number {
  if (value === undefined) return 50;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1000) return value;
  throw invalidInput('limit', `The limit is a whole number from 1 to 1000, not ${shown(value)}.`);
}

export function unknownSession(sessionId: string): SessionError {
  return new SessionError('not_found', `There is no session ${sessionId}.`);
}

export function unknownTask(taskId: string): SessionError {
  return new SessionError('not_found', `There is no task ${shown(taskId)}.`);
}

/** Refuses to go on in a session that was made elsewhere: what is in it grants nothing. */
export function requireOwnSession({ sessionId, imported }: SessionMetadata): void {
  if (imported === undefined) return;
  throw new SessionError(
    'session_imported',
    `Session ${sessionId} was imported, so it can be read but not continued. Nothing was changed. Fork it, and go on in the fork.`,
  );
}

function shown(value: unknown): string {
  const text = shownWhole(value);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

function shownWhole(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === undefined ? 'nothing' : typeof value;
}
