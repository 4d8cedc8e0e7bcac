import type { FileNode } from '../sessionTree/fileNode.ts';
import type { LoadMoreNode } from '../sessionTree/loadMoreNode.ts';
import type { SessionNode } from '../sessionTree/sessionNode.ts';
import type { TaskNode } from '../sessionTree/taskNode.ts';
import type { TreeNode } from '../sessionTree/treeNode.ts';
import type { VerifyNode } from '../sessionTree/verifyNode.ts';

/** The rows that commands can be called on. */
interface Rows {
  readonly file: FileNode;
  readonly more: LoadMoreNode;
  readonly session: SessionNode;
  readonly task: TaskNode;
  readonly verify: VerifyNode;
}

export function isRow<K extends keyof Rows>(node: TreeNode | undefined, kind: K): node is Rows[K] {
  return node?.kind === kind;
}

/** The row itself, or the nearest one of this kind above it. */
export function rowOf<K extends keyof Rows>(node: TreeNode | undefined, kind: K): Rows[K] | undefined {
  for (let at = node; at !== undefined; at = at.parent) if (isRow(at, kind)) return at;
  return undefined;
}
