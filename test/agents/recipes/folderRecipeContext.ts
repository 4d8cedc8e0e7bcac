import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type FileChange, type AgentTask } from '../../../src/core/task.ts';
import { type Recipe, type RecipeContext } from '../../../src/agents/direct/recipe.ts';
import { taskWith } from './taskWith.ts';

export interface RanCommand {
  readonly command: string;
  readonly exitCode: number | null;
  readonly output: string;
}

/** What a recipe sees, in a real folder: files are written, commands run. Earlier tasks are those that it ran before. */
export class FolderRecipeContext implements RecipeContext {
  readonly folder: string;
  readonly earlier: AgentTask[] = [];
  readonly commands: RanCommand[] = [];
  private changes: FileChange[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  static async create(files: Readonly<Record<string, string>> = {}): Promise<FolderRecipeContext> {
    const context = new FolderRecipeContext(await mkdtemp(join(tmpdir(), 'recipes-')));
    for (const [path, content] of Object.entries(files)) await context.write(path, content);
    return context;
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Carries an instruction out as a task: the details of its steps. Rejects when a step does, with what was changed kept. */
  async perform(recipe: Recipe, instruction: string): Promise<readonly (string | undefined)[]> {
    this.changes = [];
    try {
      const details: (string | undefined)[] = [];
      for (const step of await recipe.plan(instruction, this)) details.push(await step.run());
      return details;
    } finally {
      this.earlier.push(taskWith(instruction, this.changes));
    }
  }

  /** Records a change that some other task made. */
  async change(path: string, content: string): Promise<void> {
    await this.write(path, content);
    this.earlier.push(taskWith(`create file ${path}`, [{ path, kind: 'added' }]));
  }

  async write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), content);
  }

  async text(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8');
  }

  async listFiles(): Promise<readonly string[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    return entries
      .filter(entry => entry.isFile())
      .map(entry =>
        join(entry.parentPath, entry.name)
          .slice(this.folder.length + 1)
          .replaceAll('\\', '/'),
      )
      .filter(path => !/(^|\/)(node_modules|\.git)\//.test(path))
      .sort();
  }

  async readFile(path: string): Promise<string | undefined> {
    try {
      return await this.text(path);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async createFile(path: string, content: string): Promise<void> {
    if ((await this.readFile(path)) !== undefined)
      throw Object.assign(new Error(`${path} exists`), { code: 'file_exists' });
    await this.write(path, content);
    this.changes.push({ path, kind: 'added', after: createHash('sha256').update(content).digest('hex') });
  }

  async editFile(path: string, oldText: string, newText: string): Promise<void> {
    const content = await this.text(path);
    const parts = content.split(oldText);
    if (oldText === '' || parts.length !== 2)
      throw new Error(`The text occurs ${parts.length - 1} times in ${path}.`);
    await this.write(path, parts.join(newText));
    this.changes.push({ path, kind: 'modified' });
  }

  async runCommand(command: string): Promise<{ readonly exitCode: number | null }> {
    // A test runner that is itself run by one would report to it.
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined };
    const child = spawn(command, { shell: true, cwd: this.folder, env });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    this.commands.push({ command, exitCode, output });
    return { exitCode };
  }

  /** Whether the Node that commands find loads TypeScript by itself. */
  async runsTypeScript(): Promise<boolean> {
    const { exitCode } = await this.runCommand('node -e "process.exit(process.features.typescript ? 0 : 3)"');
    this.commands.pop();
    return exitCode === 0;
  }
}
