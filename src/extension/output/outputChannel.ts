import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../../core/disposable.ts';
import type { SessionRecord } from '../../core/events.ts';
import type { SessionChange } from '../../core/sessionChange.ts';
import type { SessionState } from '../../core/state.ts';
import { inertLine } from '../../core/inertText.ts';
import { OUTPUT_LANGUAGE } from '../contributionIds.ts';
import type { WorkspaceFolders } from '../folders/workspaceFolders.ts';
import { showsOutputWhenTaskStarts } from '../settings.ts';
import { TaskBlock } from './taskBlock.ts';

/** What a task that runs beside the one on screen may hold back, in characters; of more it keeps the end. */
const HELD_BACK = 512 * 1024;

interface OpenBlock {
  readonly block: TaskBlock;
  /** Whether this process runs the task: its text comes at once, and once more with the records. */
  isLive: boolean;
  ended: boolean;
  held: string;
}

/** The output channel: one block a task, live. Tasks that run at the same time come one after the other. */
export class OutputChannel implements Disposable {
  readonly #scope = new DisposableList();
  readonly #channel: vscode.OutputChannel;
  /** In the order of their start; the first one is on screen. */
  readonly #open: OpenBlock[] = [];

  constructor(folders: WorkspaceFolders) {
    this.#channel = this.#scope.add(vscode.window.createOutputChannel('Coding Agent', OUTPUT_LANGUAGE));
    this.#scope.add(
      folders.onDidChange(({ change }) => {
        this.#note(change);
      }),
    );
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#scope.dispose();
  }

  #note(change: SessionChange): void {
    if (change.kind === 'output') {
      const open = this.#find(change.taskId);
      if (open === undefined) return;
      open.isLive = true;
      open.block.output(change.text);
    } else if (change.kind === 'records') {
      for (const record of change.records) this.#record(record, change.state);
    } else if (change.kind === 'paused' && change.error !== null) {
      this.#find(change.taskId)?.block.output(`${inertLine(change.error.message)}\n`);
    }
  }

  #record(record: SessionRecord, state: SessionState): void {
    const { event } = record;
    const data: { readonly taskId?: unknown } = event.data as object;
    const task = typeof data.taskId === 'string' ? state.tasks.get(data.taskId) : undefined;
    if (task === undefined) return;
    if (
      event.type === 'agentSelected' ||
      (event.type === 'planCreated' && this.#find(task.id) === undefined)
    ) {
      if (this.#find(task.id) === undefined)
        this.#start(task.id).block.start(task, state, new Date(record.at));
      return;
    }
    if (event.type === 'verificationStarted') {
      if (this.#find(task.id) === undefined)
        this.#start(task.id).block.startVerification(task, state, new Date(record.at));
      return;
    }
    if (event.type === 'outputAppended') {
      const open = this.#find(task.id);
      if (open?.isLive === false) open.block.output(event.data.text);
      return;
    }
    const endsTask = event.type === 'taskCompleted' || event.type === 'taskFailed';
    const ends = endsTask || event.type === 'verificationEnded';
    let open = this.#find(task.id);
    if (open === undefined && endsTask) {
      open = this.#start(task.id);
      open.block.start(task, state, new Date(record.at));
    }
    open?.block.record(record, task, state);
    if (ends && open !== undefined) this.#end(open);
  }

  #find(taskId: string): OpenBlock | undefined {
    return this.#open.find(({ block }) => block.taskId === taskId);
  }

  #start(taskId: string): OpenBlock {
    const open: OpenBlock = {
      block: new TaskBlock(taskId, text => {
        if (this.#open[0] === open) this.#channel.append(text);
        else open.held = (open.held + text).slice(-HELD_BACK);
      }),
      isLive: false,
      ended: false,
      held: '',
    };
    this.#open.push(open);
    if (showsOutputWhenTaskStarts()) this.show();
    return open;
  }

  #end(open: OpenBlock): void {
    open.ended = true;
    while (this.#open[0]?.ended === true) {
      this.#open.shift();
      this.#showNext();
    }
  }

  #showNext(): void {
    const [next] = this.#open;
    if (next === undefined) return;
    this.#channel.append(next.held);
    next.held = '';
  }
}
