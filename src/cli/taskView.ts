import type { SessionChange } from '../core/sessionChange.ts';
import type { AgentTask } from '../core/task.ts';
import type { GlobalOptions } from './args.ts';
import { LiveRegion } from './liveRegion.ts';
import { recordLine, taskOfRecord } from './recordLine.ts';
import { TaskBlock } from './taskBlock.ts';
import type { Terminal } from './terminal.ts';

/** How often a live block is drawn. */
const FRAME_MS = 100;
/** Lines of a running step's output that stand under it before they go up. */
const LIVE_HOLD = 12;

/** Shows a task while it runs. */
export interface TaskView {
  /** Takes changes of the task's session. */
  notice(change: SessionChange): void;
  /** The person wants it to stop. */
  cancel(): void;
  /** Makes room for a question. */
  hide(): void;
  show(): void;
  /** Shows what came of it; nothing comes after. */
  end(task: AgentTask): void;
  dispose(): void;
}

export function createTaskView(terminal: Terminal, json: GlobalOptions['json'], taskId: string): TaskView {
  if (json === 'lines') return new RecordView(terminal, taskId);
  if (json === 'document') return silentView;
  return new BlockView(terminal, taskId);
}

const nothing = (): void => undefined;
const silentView: TaskView = {
  cancel: nothing,
  notice: nothing,
  hide: nothing,
  show: nothing,
  end: nothing,
  dispose: nothing,
};

/** Each record on a line as it is acknowledged. */
class RecordView implements TaskView {
  readonly #terminal: Terminal;
  readonly #taskId: string;
  readonly cancel = nothing;
  readonly hide = nothing;
  readonly show = nothing;
  readonly end = nothing;
  readonly dispose = nothing;

  constructor(terminal: Terminal, taskId: string) {
    this.#terminal = terminal;
    this.#taskId = taskId;
  }

  notice(change: SessionChange): void {
    if (change.kind !== 'records') return;
    const own = change.records.filter(record => [undefined, this.#taskId].includes(taskOfRecord(record)));
    for (const record of own) this.#terminal.write(`${recordLine(record)}\n`);
  }
}

/** The block that a person reads: live on a terminal, as plain lines elsewhere. */
class BlockView implements TaskView {
  readonly #terminal: Terminal;
  readonly #taskId: string;
  readonly #block: TaskBlock;
  readonly #region: LiveRegion | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #frame = 0;
  #isHidden = false;
  #waiting: string[] = [];

  constructor(terminal: Terminal, taskId: string) {
    this.#terminal = terminal;
    this.#taskId = taskId;
    this.#block = new TaskBlock({
      look: terminal,
      taskId,
      now: () => new Date(),
      print: lines => {
        this.#print(lines);
      },
      hold: terminal.isLive ? LIVE_HOLD : 0,
    });
    if (!terminal.isLive) return;
    this.#region = new LiveRegion(terminal);
    this.#timer = setInterval(() => {
      this.#frame++;
      this.#draw();
    }, FRAME_MS);
  }

  notice(change: SessionChange): void {
    if (change.kind === 'records') {
      this.#block.notice(change.state);
      this.#draw();
    } else if (change.kind === 'output' && change.taskId === this.#taskId)
      this.#block.output(change.callId, change.text);
    else if (change.kind === 'paused' && change.taskId === this.#taskId) this.#pause(change.error?.message);
  }

  cancel(): void {
    this.#block.cancel();
    this.#draw();
  }

  hide(): void {
    this.#region?.draw([]);
    this.#isHidden = true;
  }

  show(): void {
    this.#isHidden = false;
    this.#print([]);
  }

  end(task: AgentTask): void {
    clearInterval(this.#timer);
    this.show();
    this.#region?.draw([]);
    this.#block.end(task);
  }

  dispose(): void {
    clearInterval(this.#timer);
    if (!this.#isHidden) this.#region?.draw([]);
  }

  #pause(message: string | undefined): void {
    this.#block.pause(message);
    if (this.#region === undefined) this.#print([message ?? 'There is space again. The task goes on.']);
  }

  #print(lines: readonly string[]): void {
    this.#waiting.push(...lines);
    if (this.#isHidden) return;
    const stay = this.#waiting;
    this.#waiting = [];
    if (this.#region === undefined) this.#terminal.write(stay.map(line => `${line}\n`).join(''));
    else this.#draw(stay);
  }

  #draw(stay: readonly string[] = []): void {
    if (this.#isHidden) return;
    this.#region?.draw(this.#block.liveLines(this.#frame, Math.max(2, this.#terminal.rows - 2)), stay);
  }
}
