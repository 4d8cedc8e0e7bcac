import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentTask } from '../../../src/core/task.ts';
import type { Host } from '../../../src/host/host.ts';
import { hostOn } from '../../crash/support/hostOn.ts';

/** A real host on a real folder, and tasks that run in it. */
export class Workbench {
  readonly root: string;
  readonly host: Host;
  readonly #sessionId: string;

  private constructor(root: string, host: Host, sessionId: string) {
    this.root = root;
    this.host = host;
    this.#sessionId = sessionId;
  }

  /** `folder` gets the workspace as `work`, and the user's profile beside it. */
  static async open(folder: string, prepare: (root: string) => void = () => undefined): Promise<Workbench> {
    const root = join(folder, 'work');
    mkdirSync(root, { recursive: true });
    prepare(root);
    const host = await hostOn(root);
    const { sessionId } = await host.sessions.createSession();
    return new Workbench(root, host, sessionId);
  }

  /** Runs a task to its end; it completes. */
  async run(task: string): Promise<AgentTask> {
    const ended = await this.host.sessions.executeTask({ task, sessionId: this.#sessionId });
    assert.equal(ended.status, 'completed', ended.error);
    return ended;
  }

  write(path: string, content: string | Uint8Array): void {
    const target = join(this.root, path);
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, content);
  }

  close(): Promise<void> {
    return this.host.close();
  }
}

/** Makes a folder the work tree of a repository with one commit of what is in it. */
export function commitAll(root: string): void {
  const git = (...args: string[]): void => {
    execFileSync('git', args, { cwd: root, stdio: 'ignore' });
  };
  git('init', '--initial-branch=main');
  git('config', 'user.email', 'test@example.com');
  git('config', 'user.name', 'Test');
  git('add', '--all');
  git('commit', '--allow-empty', '--message', 'Begin');
}
