/** The VS Code builds that tests run on. Both come from npm, as the server build that code-server carries. */
export interface EditorRelease {
  readonly id: 'current' | 'minimum';
  readonly vscode: string;
  readonly codeServer: string;
  /** The major version of Node that this VS Code ships. */
  readonly nodeMajor: number;
  /** What it takes on disk (measured), said before it is installed. */
  readonly sizeMb: number;
}

export const releases = {
  current: { id: 'current', vscode: '1.139.1', codeServer: '4.139.1', nodeMajor: 24, sizeMb: 620 },
  minimum: { id: 'minimum', vscode: '1.103.2', codeServer: '4.103.2', nodeMajor: 22, sizeMb: 325 },
} as const satisfies Record<EditorRelease['id'], EditorRelease>;

/** The same for the Node that the tests need besides the one they run on. */
export const nodeSizeMb = 185;

export function parseRelease(id: string | undefined): EditorRelease {
  if (id === undefined || id === 'current') return releases.current;
  if (id === 'minimum') return releases.minimum;
  throw new Error(`Unknown VS Code release "${id}": use "current" or "minimum".`);
}
