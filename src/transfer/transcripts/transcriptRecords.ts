import { createHash } from 'node:crypto';
import { fileEvents, recordableInput } from '../../agents/recordable.ts';
import { inferTaskType } from '../../agents/direct/inferTaskType.ts';
import type { SessionEvent, SessionRecord, TaskEvent } from '../../core/events.ts';
import { MAX_TASK_BYTES } from '../../core/input.ts';
import { type Redactor, redactValue } from '../../core/redactor.ts';
import { SCHEMA_VERSION } from '../../core/session.ts';
import type { FileChange } from '../../core/task.ts';
import { byteLength, firstBytes, lastBytes } from '../../core/text.ts';
import type { NewRecord } from '../../store/transfer/extendSession.ts';
import type { ProcessOwner } from '../../core/processOwner.ts';
import { TAIL_BYTES } from '../../core/toolCall.ts';
import {
  type Growth,
  growthOf,
  HISTORY_WRITER as WRITER,
  resultId,
  TurnFacts,
  turnsOf,
} from './historyFacts.ts';
import type { Act, Transcript, TranscriptCall, Turn, TurnEnd } from './transcript.ts';

/** Outputs up to this size are in the journal, larger ones in a blob. */
const JOURNAL_BYTES = 16 * 1024;
const MAX_PROMPT_BYTES = MAX_TASK_BYTES - 1024;
const MAX_TITLE = 200;
const MAX_STEPS = 200;

/** Nobody: who ran these tasks was no process of ours. */
const NOBODY: ProcessOwner = { host: '', boot: null, pidNamespace: null, pid: 0, start: null, nonce: WRITER };

/** A transcript as a session of ours: always the same records for the same transcript. */
export interface TranscriptRecords {
  readonly sessionId: string;
  readonly records: readonly SessionRecord[];
  /** Large outputs by their SHA-256. */
  readonly blobs: ReadonlyMap<string, string>;
}

/** The id of the session that another agent's session becomes: SHA-256 of both names, in the form of a UUID version 4. */
export function importedId(from: string, source: string): string {
  const hex = sha256(`coding-agent-sessions:${from}:${source}`);
  const variant = ((parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    ...[hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`],
    ...[`${variant}${hex.slice(17, 20)}`, hex.slice(20, 32)],
  ].join('-');
}

export function transcriptRecords(transcript: Transcript, redactor: Redactor): TranscriptRecords {
  return new Writer(transcript, redactor).write();
}

/**
 * What a session that this transcript became lacks of it by now: the turns that are new, and of the one that was under way, what
 * came since, as another attempt that goes on from the first. Nothing when all is known; `undefined` when the records contradict
 * the transcript.
 */
export function recordsSince(
  known: readonly SessionRecord[],
  transcript: Transcript,
  redactor: Redactor,
): readonly NewRecord[] | undefined {
  const mine = known.filter(({ writer }) => writer === WRITER);
  const { records } = transcriptRecords(transcript, redactor);
  const [was, is] = [mine, records].map(([first]) => first?.event);
  if (was?.type !== 'sessionCreated' || is?.type !== 'sessionCreated') return undefined;
  if (was.data.workingDirectory !== is.data.workingDirectory) return undefined;
  const turns = turnsOf(mine);
  const growth = growthOf(turns, turnsOf(records));
  if (growth === undefined) return undefined;
  const titles = known.flatMap(({ writer, event }) =>
    event.type === 'sessionRenamed' ? [{ isOurs: writer === WRITER, title: event.data.title }] : [],
  );
  const title = titles.at(-1)?.title ?? was.data.title;
  // A name that was given here stays.
  const isNamedHere = titles.some(({ isOurs }) => !isOurs);
  const epochs = known.map(({ epoch, event }) =>
    Math.max(
      epoch ?? 0,
      event.type === 'taskStarted' || event.type === 'sessionTakenOver' ? event.data.epoch : 0,
    ),
  );
  return new Writer(transcript, redactor, {
    at: mine.at(-1)?.at ?? '',
    epoch: epochs.reduce((most, epoch) => Math.max(most, epoch), 0),
  }).since(
    growth,
    turns,
    isNamedHere || is.data.title === '' ? undefined : { from: title, to: is.data.title },
  );
}

/** An attempt at a turn after the first: the tasks before it. */
interface Earlier {
  readonly first: string;
  readonly last: string;
  readonly attempt: number;
}

class Writer {
  readonly #transcript: Transcript;
  readonly #redactor: Redactor;
  readonly #sessionId: string;
  readonly #records: SessionRecord[] = [];
  readonly #blobs = new Map<string, string>();
  #at: string;
  #epoch: number;

  constructor(transcript: Transcript, redactor: Redactor, { at, epoch } = { at: '', epoch: 0 }) {
    this.#transcript = transcript;
    this.#redactor = redactor;
    this.#sessionId = importedId(transcript.from, transcript.source);
    this.#at = at;
    this.#epoch = epoch;
  }

  write(): TranscriptRecords {
    const { turns, title, folder } = this.#transcript;
    // Where the folder is that of another machine, opening puts the one that it is in here in its place.
    const place = folder ?? '/';
    const data = { workingDirectory: place, projectPath: place, author: null, schemaVersion: SCHEMA_VERSION };
    const line = (title ?? '').replace(/\s+/g, ' ').trim();
    this.#add(turns[0]?.at ?? '', {
      type: 'sessionCreated',
      data: { sessionId: this.#sessionId, title: line.slice(0, MAX_TITLE), ...data },
    });
    turns.forEach((turn, index) => {
      this.#turn(turn, index);
    });
    return { sessionId: this.#sessionId, records: this.#records, blobs: this.#blobs };
  }

  since(
    { from, goesOn }: Growth,
    known: readonly TurnFacts[],
    title: { readonly from: string; readonly to: string } | undefined,
  ): readonly NewRecord[] {
    if (title !== undefined && title.from !== title.to)
      this.#add('', { type: 'sessionRenamed', data: { title: title.to } });
    for (const [index, turn] of this.#transcript.turns.entries()) {
      const facts = known[index];
      if (index > from || (index === from && !goesOn)) this.#turn(turn, index);
      else if (index === from && facts !== undefined) this.#goOn(turn, index, facts);
    }
    return this.#records.map(({ seq: _seq, ...record }) => record);
  }

  /** What is new in a turn that is known in part. */
  #goOn(turn: Turn, index: number, known: TurnFacts): void {
    const [first = ''] = known.taskIds;
    const now = new TurnFacts('');
    const isKnown = (name: string | undefined): boolean => name === undefined || known.facts.has(name);
    const acts = turn.acts.flatMap((act): Act[] => {
      const events = this.#actEvents(act, first, 1).map(([, event]) => event);
      const names = events.map(event => now.note(event));
      if (names.every(isKnown)) return [];
      if (act.kind === 'changed') {
        // A long list takes several records, of which some may have been written.
        const missing = events.filter((_, place) => !isKnown(names[place]));
        return [{ ...act, changes: missing.flatMap(changesIn) }];
      }
      const isResult = act.kind === 'called' && isKnown(names[0]);
      return [isResult ? { ...act, call: { ...act.call, id: resultId(act.call.id) } } : act];
    });
    const rest = {
      ...turn,
      acts,
      at: acts[0]?.at ?? turn.end.at,
      usage: usageSince(turn.usage, known.usage),
    };
    const attempt = known.taskIds.length + 1;
    this.#turn(rest, index, { first, last: known.taskIds.at(-1) ?? first, attempt });
  }

  #turn(turn: Turn, index: number, earlier?: Earlier): void {
    const number = `${String(index)}${earlier === undefined ? '' : `:${String(earlier.attempt)}`}`;
    const taskId = `task-${this.#sessionId.slice(0, 8)}-${sha256(`${this.#sessionId}:${number}`).slice(0, 8)}`;
    const { from } = this.#transcript;
    const prompt = this.#redactor.redact(turn.prompt);
    const description =
      byteLength(JSON.stringify(prompt)) <= MAX_PROMPT_BYTES
        ? prompt
        : firstBytes(prompt, MAX_PROMPT_BYTES / 2);
    this.#add(turn.at, {
      type: 'taskCreated',
      data: {
        ...{ taskId, taskType: inferTaskType(turn.prompt), description, origin: 'foreign', agent: from },
        ...{ attempt: earlier?.attempt ?? 1, owner: NOBODY },
        ...(earlier && { retryOf: earlier.first, continues: earlier.last }),
      },
    });
    const epoch = ++this.#epoch;
    this.#add(turn.at, { type: 'taskStarted', data: { taskId, epoch, owner: NOBODY } });
    this.#add(turn.at, { type: 'agentSelected', data: { taskId, agent: from, model: turn.model } }, epoch);
    let version = 0;
    for (const act of turn.acts) {
      if (act.kind === 'planned') version++;
      for (const [at, event] of this.#actEvents(act, taskId, version)) this.#add(at, event, epoch);
    }
    if (turn.usage !== null)
      this.#add(turn.end.at, { type: 'usageReported', data: { taskId, usage: turn.usage } }, epoch);
    this.#add(turn.end.at, endEvent(turn, taskId), epoch);
  }

  #actEvents(act: Act, taskId: string, version: number): readonly (readonly [string, TaskEvent])[] {
    switch (act.kind) {
      case 'said': {
        const callId = `said-${String(this.#records.length)}-${taskId}`;
        const result = {
          at: act.at,
          status: 'completed',
          output: act.text,
          exitCode: null,
          error: null,
        } as const;
        return this.#call({ id: callId, tool: 'message', input: {}, result }, act.at, taskId);
      }
      case 'called':
        return this.#call(act.call, act.at, taskId);
      case 'changed':
        return fileEvents(taskId, act.changes).map(event => [act.at, event] as const);
      case 'planned': {
        const steps = act.steps.slice(0, MAX_STEPS).map(({ title, status }, index) => {
          return { id: String(index + 1), title: title.slice(0, MAX_TITLE), status };
        });
        const plan = { id: `plan-${taskId}`, version, steps };
        return [[act.at, { type: version === 1 ? 'planCreated' : 'planRevised', data: { taskId, plan } }]];
      }
    }
  }

  #call(
    { id, tool, input, result }: TranscriptCall,
    at: string,
    taskId: string,
  ): readonly (readonly [string, TaskEvent])[] {
    const callId = id.slice(0, 200);
    const requested = { taskId, callId, stepId: null, tool, input: smallInput(this.#hidden(input)) };
    const events: (readonly [string, TaskEvent])[] = [[at, { type: 'toolCallRequested', data: requested }]];
    if (result === null) return events;
    const { status, exitCode, error } = result;
    const output = this.#redactor.redact(result.output);
    const bytes = byteLength(output);
    const fits = byteLength(JSON.stringify(output)) <= JOURNAL_BYTES * 2 && bytes <= JOURNAL_BYTES;
    const blob = fits ? undefined : sha256(output);
    if (blob !== undefined) this.#blobs.set(blob, output);
    else if (bytes > 0)
      events.push([result.at, { type: 'outputAppended', data: { taskId, callId, text: output } }]);
    const summary = { bytes, tail: lastBytes(output, TAIL_BYTES), ...(blob === undefined ? {} : { blob }) };
    const ended: TaskEvent = {
      type: 'toolCallEnded',
      data: {
        ...{ taskId, callId, status, duration: tool === 'message' ? null : between(at, result.at) },
        ...(exitCode === null ? {} : { exitCode }),
        ...(error === null ? {} : { error: error.slice(0, 4000) }),
        ...(bytes === 0 ? {} : { output: summary }),
      },
    };
    return [...events, [result.at, ended]];
  }

  #hidden<T>(value: T): T {
    return redactValue(value, this.#redactor);
  }

  /** The time of a record is never before that of the one before it. */
  #add(at: string, event: SessionEvent, epoch?: number): void {
    this.#at = at > this.#at ? at : this.#at;
    const run = epoch === undefined ? {} : { epoch };
    const { length } = this.#records;
    this.#records.push({ seq: length + 1, at: this.#at, writer: WRITER, ...run, event: this.#hidden(event) });
  }
}

function changesIn(event: TaskEvent): readonly FileChange[] {
  return event.type === 'filesChanged' ? event.data.changes : [];
}

function usageSince(now: Turn['usage'], known: Turn['usage']): Turn['usage'] {
  if (now === null || known === null) return now;
  const less = (a: number | null, b: number | null): number | null =>
    a === null ? null : Math.max(0, a - (b ?? 0));
  return {
    inputTokens: less(now.inputTokens, known.inputTokens),
    outputTokens: less(now.outputTokens, known.outputTokens),
    cost: less(now.cost, known.cost),
  };
}

function endEvent({ acts, at, end }: Turn, taskId: string): TaskEvent {
  const said = acts.findLast(act => act.kind === 'said');
  const executionTime = between(at, end.at);
  const result = { summary: firstBytes(said?.text ?? '', 8 * 1024) };
  if (end.status === 'completed') return { type: 'taskCompleted', data: { taskId, executionTime, result } };
  const reason = end.status;
  // Of one that broke off, nobody knows for how long it had been at work.
  const worked = reason === 'interrupted' ? null : executionTime;
  const error = firstBytes(end.error ?? ENDINGS[reason], 4096);
  const errorCode = reason === 'error' ? 'agent_failed' : reason;
  return { type: 'taskFailed', data: { taskId, executionTime: worked, reason, errorCode, error } };
}

const ENDINGS: Readonly<Record<Exclude<TurnEnd['status'], 'completed'>, string>> = {
  error: 'The transcript says that the agent failed, not why.',
  cancelled: 'It was cancelled.',
  interrupted: 'The transcript does not say how it ended.',
};

/** Arguments that fit in a record, whatever their shape. */
function smallInput(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const cut = recordableInput(input);
  const json = JSON.stringify(cut);
  if (byteLength(json) <= JOURNAL_BYTES && depthOf(cut) < 32) return cut;
  return { arguments: firstBytes(json, JOURNAL_BYTES / 2) };
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function between(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
