import * as vscode from 'vscode';
import type { SessionRecord } from '../../core/events.ts';
import { inertLine, inertOutput } from '../../core/inertText.ts';
import type { SessionState } from '../../core/state.ts';
import type { AgentTask } from '../../core/task.ts';
import { TextEnd } from '../../core/text.ts';
import { countText, durationText } from '../show/numberText.ts';
import { sessionTitle } from '../show/sessionWords.ts';
import { questionText, reasonText } from '../show/taskWords.ts';
import { verificationText } from '../show/verificationWords.ts';

const WIDTH = 78;
const TIME_COLUMN = 48;
const BAR = '    | ';
/** Of one command's output this much is written as it comes, and the end when there is nothing more: nobody reads 50 MB. */
const SHOWN_CHARACTERS = 512 * 1024;
const END_BYTES = 32 * 1024;

/**
 * One task in the output channel, written as it happens: a head, its text, each step with its output, the outcome. Only
 * ever appends: a step's line stays open until its time or its first output is known.
 */
export class TaskBlock {
  readonly taskId: string;
  readonly #append: (text: string) => void;
  /** The step whose line is not ended yet: how long the line is. */
  #openLine: number | undefined;
  /** Whether the last output ended in the middle of a line. */
  #midLine = false;
  #stepHasOutput = false;
  #shown = 0;
  #leftOut = 0;
  #lastText = new TextEnd(END_BYTES);

  constructor(taskId: string, append: (text: string) => void) {
    this.taskId = taskId;
    this.#append = append;
  }

  /** The head: written when the task starts to run. */
  start(task: AgentTask, state: SessionState, at: Date): void {
    const number = state.metadata.tasks.indexOf(task.id) + 1;
    const title = sessionTitle(state.metadata);
    const words = [title, vscode.l10n.t('task {0}', countText(number)), task.type, task.agent].join(' · ');
    const time = at.toLocaleTimeString(vscode.env.language, { hour12: false });
    const rule = '─'.repeat(Math.max(3, WIDTH - words.length - time.length - 5));
    this.#append(`── ${words} ${rule} ${time}\n`);
    for (const line of inertOutput(task.description).split('\n')) this.#append(`${line}\n`);
  }

  /** The head of a verification that comes after the end of its task. */
  startVerification(task: AgentTask, state: SessionState, at: Date): void {
    this.start(task, state, at);
    this.#append(`  ${vscode.l10n.t('Verify with "{0}"', inertLine(task.verify ?? ''))}\n`);
  }

  /** What a record adds, given the task as it is after it. */
  record({ event }: SessionRecord, task: AgentTask, state: SessionState): void {
    this.#showEnd();
    switch (event.type) {
      case 'stepChanged':
        this.#step(event.data.stepId, task);
        break;
      case 'approvalRequested': {
        const call = state.toolCalls.get(event.data.callId);
        const what = call === undefined ? '' : questionText(call);
        this.#line(`    ? ${vscode.l10n.t('waits for you: {0}', what)}`);
        break;
      }
      case 'approvalDecided':
        if (event.data.decision.by === 'person' || !event.data.decision.allowed)
          this.#line(`    ${decisionText(event.data.decision)}`);
        break;
      case 'taskCompleted':
      case 'taskFailed':
        this.#end(task);
        break;
      case 'verificationEnded':
        this.#endVerification(task, event.data.error);
        break;
      default:
        break;
    }
  }

  /** Text that a command printed. */
  output(text: string): void {
    if (text === '') return;
    this.#shown += text.length;
    if (this.#shown <= SHOWN_CHARACTERS) {
      this.#write(text);
      return;
    }
    this.#leftOut += text.length;
    this.#lastText.push(text);
  }

  /** What a command printed last, if it printed more than is shown as it comes. */
  #showEnd(): void {
    this.#shown = 0;
    if (this.#leftOut === 0) return;
    const end = this.#lastText.text;
    const between = this.#leftOut - end.length;
    this.#leftOut = 0;
    this.#lastText = new TextEnd(END_BYTES);
    const note = vscode.l10n.t('{0} characters more: the task keeps them. The end:', countText(between));
    if (between > 0) this.#line(`    … ${note}`);
    this.#write(end);
  }

  #write(text: string): void {
    this.#closeLine();
    this.#stepHasOutput = true;
    const clean = inertOutput(text);
    const start = this.#midLine ? '' : BAR;
    this.#midLine = !clean.endsWith('\n');
    const body = this.#midLine ? clean : clean.slice(0, -1);
    this.#append(`${start}${body.replaceAll('\n', `\n${BAR}`)}${this.#midLine ? '' : '\n'}`);
  }

  #step(stepId: string, task: AgentTask): void {
    const steps = task.plan?.steps ?? [];
    const index = steps.findIndex(step => step.id === stepId);
    const step = steps[index];
    if (step === undefined) return;
    const line = `  ${String(index + 1)} ${inertLine(step.title)}`;
    if (step.status === 'in_progress') {
      this.#closeLine();
      this.#append(line);
      this.#openLine = line.length;
      this.#stepHasOutput = false;
      return;
    }
    const detail = step.detail === undefined ? '' : `  ${inertLine(step.detail)}`;
    const time =
      step.startedAt === undefined || step.endedAt === undefined
        ? ''
        : durationText(step.endedAt.getTime() - step.startedAt.getTime());
    const mark = step.status === 'failed' ? ' ✗' : '';
    if (this.#openLine !== undefined) {
      this.#append(`${' '.repeat(Math.max(2, TIME_COLUMN - this.#openLine))}${time}${mark}${detail}\n`);
      this.#openLine = undefined;
    } else if (this.#stepHasOutput) {
      this.#line(`    ${step.status === 'failed' ? '✗' : '✓'} ${[time + detail].join('').trim()}`);
      this.#stepHasOutput = false;
    } else {
      const skipped = step.status === 'skipped' ? vscode.l10n.t('skipped') : '';
      this.#append(
        `${line}${' '.repeat(Math.max(2, TIME_COLUMN - line.length))}${time || skipped}${mark}${detail}\n`,
      );
    }
  }

  #end(task: AgentTask): void {
    this.#closeLine();
    if (this.#midLine) this.#append('\n');
    this.#midLine = false;
    const files = task.filesChanged.length;
    const changed =
      files === 0
        ? []
        : [
            files === 1
              ? vscode.l10n.t('1 file changed')
              : vscode.l10n.t('{0} files changed', countText(files)),
          ];
    const time = durationText(task.executionTime);
    const verified = task.verification === null ? [] : [verificationText(task.verification)];
    if (task.status === 'completed') {
      const facts = [vscode.l10n.t('completed in {0}', time), ...changed, ...verified];
      this.#append(`✓ ${facts.join(' · ')}\n\n`);
      return;
    }
    const words = vscode.l10n.t('{0} after {1}', reasonText(task.reason ?? 'error'), time);
    this.#append(`✗ ${[words, ...changed, ...verified].join(' · ')}\n`);
    if (task.error !== undefined) {
      for (const line of inertOutput(task.error).split('\n')) this.#append(`  ${line}\n`);
    }
    this.#append('\n');
  }

  /** `error` says why there is no new evidence. */
  #endVerification({ verification }: AgentTask, error: string | undefined): void {
    if (error !== undefined || verification === null) this.#line(`✗ ${inertLine(error ?? '')}\n`);
    else this.#line(`${verification.passed ? '✓' : '✗'} ${verificationText(verification)}\n`);
  }

  #line(text: string): void {
    this.#closeLine();
    if (this.#midLine) this.#append('\n');
    this.#midLine = false;
    this.#append(`${text}\n`);
  }

  /** From here on the step's end is a line of its own. */
  #closeLine(): void {
    if (this.#openLine === undefined) return;
    this.#append('\n');
    this.#openLine = undefined;
    this.#stepHasOutput = true;
  }
}

function decisionText(decision: { allowed: boolean; by: string; reason?: string }): string {
  if (decision.allowed)
    return decision.by === 'person' ? vscode.l10n.t('✓ allowed by you') : vscode.l10n.t('✓ allowed');
  const reason = decision.reason === undefined ? '' : `: ${inertLine(decision.reason)}`;
  return `${vscode.l10n.t('✗ denied')}${reason}`;
}
