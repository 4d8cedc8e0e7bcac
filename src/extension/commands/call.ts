import * as vscode from 'vscode';
import { invalidInput } from '../../core/errors.ts';
import type { App } from '../app.ts';
import { QUESTION_SCHEME } from '../contributionIds.ts';
import type { TreeNode } from '../sessionTree/treeNode.ts';

export type Arguments = Readonly<Record<string, unknown>>;

/** How a command was called: with an argument object (then it asks nothing), on a row of the tree, or by hand. */
export interface Call {
  readonly args: Arguments | undefined;
  readonly node: TreeNode | undefined;
  /** The question whose text or comparison is in the editor that it was called on. */
  readonly approvalId?: string;
}

/** Rejects with a `SessionError` when it cannot do what it is for; one that was dismissed resolves with `undefined`. */
export type CommandHandler = (app: App, call: Call) => Promise<unknown>;

export function parseCall(argument: unknown): Call {
  if (argument === undefined || argument === null) return { args: undefined, node: undefined };
  // A button above an editor passes the editor's address: that is by hand.
  if (argument instanceof vscode.Uri) return { args: undefined, node: undefined, ...approvalOf(argument) };
  if (isTreeNode(argument)) return { args: undefined, node: argument };
  if (typeof argument === 'object' && !Array.isArray(argument))
    return { args: argument as Arguments, node: undefined };
  throw invalidInput('argument', 'This command takes one object, or nothing.');
}

function approvalOf({ scheme, query }: vscode.Uri): { approvalId?: string } {
  const [approvalId] = query.split('/');
  return scheme === QUESTION_SCHEME && approvalId !== undefined ? { approvalId } : {};
}

/** A text among the arguments; what else it may be is for the core to judge. */
export function textArgument(args: Arguments, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || typeof value === 'string') return value;
  throw invalidInput(name, `${name} is a text, not ${Array.isArray(value) ? 'a list' : typeof value}.`);
}

export function requiredText(args: Arguments, name: string): string {
  const value = textArgument(args, name);
  if (value !== undefined && value !== '') return value;
  throw invalidInput(name, `${name} is missing.`);
}

export function flagArgument(args: Arguments, name: string): boolean | undefined {
  const value = args[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw invalidInput(name, `${name} is true or false.`);
}

function isTreeNode(value: unknown): value is TreeNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'item' in value &&
    typeof value.item === 'function' &&
    'children' in value &&
    typeof value.children === 'function'
  );
}
