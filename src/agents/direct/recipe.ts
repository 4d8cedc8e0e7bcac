import type { AgentTask } from '../../core/task.ts';

/** What a recipe can see and do. Every action passes the permission broker, becomes a tool call and is undone by nobody else. */
export interface RecipeContext {
  /** The session's earlier tasks, oldest first; the last one is this task with what it did before this recipe. */
  readonly earlier: readonly AgentTask[];
  /** Relative paths (with `/`) of the workspace's files, without `.git`, `node_modules` and what git ignores; capped. */
  listFiles(): Promise<readonly string[]>;
  /** `undefined` when there is no such file. Rejects when it is too large, binary or outside. */
  readFile(path: string): Promise<string | undefined>;
  /** Creates a file. Rejects with `file_exists` when there is one: recipes overwrite nothing. */
  createFile(path: string, content: string): Promise<void>;
  /** Replaces the one occurrence of `oldText`. Rejects when it occurs never or twice. */
  editFile(path: string, oldText: string, newText: string): Promise<void>;
  /** Runs a command through a shell in the working directory, its output streamed. Does not reject for a non-zero exit. */
  runCommand(command: string): Promise<{ readonly exitCode: number | null }>;
}

export interface RecipeStep {
  /** Such as `Write src/components/UserProfile.tsx`. */
  readonly title: string;
  /** Does the step; resolves with a one-line detail such as `not run: no runner`. Rejecting fails the step and the task. */
  run(): Promise<string | undefined>;
}

/** A kind of work that needs no model. */
export interface Recipe {
  readonly name: string;
  /** One line for `no_agent` messages and documentation, with an example. */
  readonly example: string;
  /** Whether `instruction` asks for exactly this. Must not guess: what it does not fully understand is not its own. */
  matches(instruction: string): boolean;
  /** Looks at the workspace (reads only) and says what it will do, each step in a sentence. */
  plan(instruction: string, context: RecipeContext): Promise<readonly RecipeStep[]>;
}
