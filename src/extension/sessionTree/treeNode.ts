import type * as vscode from 'vscode';

/** A row of the sessions view: it knows how it looks and what is below it. */
export interface TreeNode {
  /** Unique in the tree and the same for the same thing, so that VS Code keeps what is selected and expanded. */
  readonly id: string;
  readonly parent: TreeNode | undefined;
  /** What commands know it by; theirs is another bundle, to which its class means nothing. */
  readonly kind?: string;
  item(): vscode.TreeItem;
  children(): readonly TreeNode[] | Promise<readonly TreeNode[]>;
  /** The tooltip, where making it takes a while: asked for when a row without one is pointed at. */
  tooltip?(): Promise<vscode.MarkdownString>;
  /** The row was collapsed: what it kept open for its children is released. */
  collapsed?(): void;
  /** The row is gone. */
  dispose?(): void;
}

/** The child nodes of one node: the same object for the same key, those that are gone disposed. */
export class ChildNodes<N extends TreeNode> {
  #nodes = new Map<string, N>();

  of(keys: Iterable<string>, make: (key: string) => N): N[] {
    const nodes = new Map<string, N>();
    for (const key of keys) nodes.set(key, this.#nodes.get(key) ?? make(key));
    const gone = [...this.#nodes].filter(([key]) => !nodes.has(key));
    this.#nodes = nodes;
    for (const [, node] of gone) node.dispose?.();
    return [...nodes.values()];
  }

  get(key: string): N | undefined {
    return this.#nodes.get(key);
  }

  values(): Iterable<N> {
    return this.#nodes.values();
  }

  dispose(): void {
    this.of([], () => {
      throw new Error('No key, no node.');
    });
  }
}
