import { type AgentTask, type FileChange } from '../../../src/core/task.ts';
import { type Recipe, type RecipeContext } from '../../../src/agents/direct/recipe.ts';
import { taskWith } from './taskWith.ts';

/** What a recipe sees, in memory: every command succeeds and does nothing. */
export class InMemoryRecipeContext implements RecipeContext {
  readonly earlier: AgentTask[] = [];
  /** Files that recipes created, with what they hold now. */
  readonly created = new Map<string, string>();
  private readonly files: Map<string, string>;

  constructor(files: Readonly<Record<string, string>>) {
    this.files = new Map(Object.entries(files));
  }

  async perform(recipe: Recipe, instruction: string): Promise<void> {
    const before = new Set(this.created.keys());
    for (const step of await recipe.plan(instruction, this)) await step.run();
    const added = [...this.created.keys()].filter(path => !before.has(path));
    this.earlier.push(
      taskWith(
        instruction,
        added.map((path): FileChange => ({ path, kind: 'added' })),
      ),
    );
  }

  async listFiles(): Promise<readonly string[]> {
    return [...this.files.keys()].filter(path => !path.startsWith('node_modules/')).sort();
  }

  async readFile(path: string): Promise<string | undefined> {
    return this.files.get(path);
  }

  async createFile(path: string, content: string): Promise<void> {
    if (this.files.has(path)) throw new Error(`${path} exists`);
    this.files.set(path, content);
    this.created.set(path, content);
  }

  async editFile(path: string, oldText: string, newText: string): Promise<void> {
    const parts = (this.files.get(path) ?? '').split(oldText);
    if (oldText === '' || parts.length !== 2)
      throw new Error(`The text occurs ${parts.length - 1} times in ${path}.`);
    this.files.set(path, parts.join(newText));
    if (this.created.has(path)) this.created.set(path, parts.join(newText));
  }

  async runCommand(): Promise<{ readonly exitCode: number | null }> {
    return { exitCode: 0 };
  }
}
