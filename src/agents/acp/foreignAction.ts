import path from 'node:path';
import type { ToolCallContent, ToolCallUpdate, ToolKind } from '@agentclientprotocol/sdk';
import { inertLine } from '../../core/inertText.ts';
import { unifiedDiff } from '../../workspace/lineChanges.ts';
import { locate } from '../../workspace/place.ts';
import { WorkspaceError } from '../../workspace/workspaceError.ts';
import type { ActionClass } from '../permissionRequest.ts';
import type { ToolInput } from '../tools/tool.ts';

/** What is known of an action of an agent: agents tell it bit by bit. */
export interface ForeignAction {
  readonly kind: ToolKind;
  readonly title: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly content: readonly ToolCallContent[];
  /** As the agent names them. */
  readonly paths: readonly string[];
}

export const NOTHING_KNOWN: ForeignAction = { kind: 'other', title: '', input: {}, content: [], paths: [] };

const PATH_FIELDS = [
  'file_path',
  'filePath',
  'filepath',
  'path',
  'abs_path',
  'absolute_path',
  'notebook_path',
  'target_file',
];
const MAX_TITLE = 200;

const TOOL_NAMES: Readonly<Partial<Record<ToolKind, string>>> = {
  read: 'read_file',
  edit: 'write_file',
  delete: 'delete_file',
  move: 'move_file',
  search: 'search_files',
  execute: 'run_command',
};

/** The action with what another message tells of it. */
export function mergeAction(action: ForeignAction, update: ToolCallUpdate): ForeignAction {
  const content = update.content ?? action.content;
  const input =
    isRecord(update.rawInput) && Object.keys(update.rawInput).length > 0 ? update.rawInput : action.input;
  const told = [
    ...(update.locations ?? []).map(location => location.path),
    ...content.flatMap(part => (part.type === 'diff' ? [part.path] : [])),
    ...PATH_FIELDS.flatMap(field => (typeof input[field] === 'string' ? [input[field]] : [])),
  ];
  return {
    kind: update.kind ?? action.kind,
    title: typeof update.title === 'string' && update.title !== '' ? update.title : action.title,
    ...{ input, content },
    paths: [...new Set([...action.paths, ...told])],
  };
}

/** The name under which it is on record and rules know it: ours where there is one. */
export function toolName({ kind }: ForeignAction): string {
  return TOOL_NAMES[kind] ?? kind;
}

/** In one line; paths below the root without it. Some agents only name their tool. */
export function actionTitle(action: ForeignAction, root: string): string {
  const command = commandOf(action);
  const title =
    action.title === '' && command !== undefined ? `$ ${command}` : action.title || toolName(action);
  const [first] = action.paths;
  const target =
    first === undefined || title.includes(path.basename(first)) ? '' : ` ${shortPath(root, first)}`;
  return inertLine(title + target)
    .replaceAll(`${root}/`, '')
    .slice(0, MAX_TITLE);
}

/** For the record. */
export function recordedInput(action: ForeignAction): ToolInput {
  return { title: action.title, kind: action.kind, ...action.input };
}

/** Whether it changes files or runs programs. What is not told counts as such. */
export function isActing({ kind }: ForeignAction): boolean {
  return kind === 'edit' || kind === 'delete' || kind === 'move' || kind === 'execute';
}

/** What the action reaches for, judged by the paths that it names, links followed. */
export async function actionClass(action: ForeignAction, root: string): Promise<ActionClass> {
  const { kind, paths } = action;
  if (kind === 'execute') return 'execute';
  if (kind === 'fetch') return 'network';
  const isFileAction = kind === 'edit' || kind === 'delete' || kind === 'move';
  const isReading = kind === 'read' || kind === 'search' || kind === 'think';
  if ((!isFileAction && !isReading) || (isFileAction && paths.length === 0)) return 'execute';
  let isProtected = false;
  for (const name of paths) {
    const place = await placeOf(root, name);
    if (place === 'outside') return 'outside';
    isProtected ||= place === 'protected';
  }
  if (isReading) return 'read';
  return isProtected ? 'protected' : 'write';
}

async function placeOf(root: string, name: string): Promise<'inside' | 'protected' | 'outside'> {
  try {
    const place = await locate(root, name);
    await place.close();
    return place.isProtected ? 'protected' : 'inside';
  } catch (error) {
    // What cannot be looked at is not known to be inside.
    return error instanceof WorkspaceError && error.code === 'protected' ? 'protected' : 'outside';
  }
}

/** Exactly what would be done, as far as the agent tells it. */
export function actionSubject(action: ForeignAction, root: string): string {
  const command = commandOf(action);
  if (command !== undefined) return command;
  const diffs = action.content.flatMap(part =>
    part.type === 'diff'
      ? [unifiedDiff(shortPath(root, part.path), part.oldText ?? undefined, part.newText)]
      : [],
  );
  if (diffs.length > 0) return diffs.join('\n');
  const input = Object.keys(action.input).length === 0 ? [] : [JSON.stringify(action.input, undefined, 2)];
  return [action.title, ...action.paths, ...input].filter(text => text !== '').join('\n');
}

function commandOf({ kind, input }: ForeignAction): string | undefined {
  if (kind !== 'execute') return undefined;
  const command = input['command'] ?? input['cmd'];
  if (typeof command === 'string') return command;
  return Array.isArray(command) ? JSON.stringify(command) : undefined;
}

/** Below the root, with `/`; as it is when it is elsewhere. */
export function shortPath(root: string, name: string): string {
  const relative = path.relative(root, path.resolve(root, name));
  return relative.startsWith('..') || path.isAbsolute(relative) ? name : relative.split(path.sep).join('/');
}

/** The text that an action printed. */
export function printedText(content: readonly ToolCallContent[]): string {
  const texts = content.flatMap(part =>
    part.type === 'content' && part.content.type === 'text' ? [part.content.text] : [],
  );
  return texts.join('\n');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
