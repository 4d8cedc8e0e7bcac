import { foldText } from '../../core/search/foldText.ts';
import { type SessionText, textsOfState } from '../../core/search/sessionText.ts';
import type { SessionState } from '../../core/state.ts';
import type { OutputSummary, ToolCall } from '../../core/toolCall.ts';
import { readBlobText } from '../blobFile.ts';
import { type JournalPosition, JournalReader } from '../journalReader.ts';
import type { OpenSession } from '../openSession.ts';
import { SegmentFiles } from '../segmentFiles.ts';
import { isAt, loadSession } from '../sessionLoad.ts';
import { slicer, type StorePorts } from '../storePorts.ts';
import { textsOfEvent } from './eventTexts.ts';
import { OutputScan, type PrintedOutput } from './outputScan.ts';
import { withEndedCalls } from './searchedCalls.ts';
import { factsOf } from './searchNeeds.ts';
import type { TrigramSet } from './trigramSet.ts';

/** Of an output that is larger only the beginning and the end are searched. */
const MAX_BLOB = 16 * 1024 * 1024;

/** What JSON writes as it is, wherever it stands. */
const PLAIN = /^[^"\\\u0000-\u001f\u007f\ud800-\udfff]*$/;

export interface ReadRequest {
  /** Folded. Outputs that have none of them are left out. */
  readonly terms: readonly string[];
  /** Is given every text of the session, folded. */
  readonly trigrams?: TrigramSet;
  readonly signal?: AbortSignal | undefined;
}

export interface ReadText extends SessionText {
  /** Where reading can go on later for what comes then; `undefined`: only from the beginning. */
  readonly quiet: JournalPosition | undefined;
}

/** Reads what a session says, from its files and, where it is open here, from what is known of it. */
export class SessionReader {
  readonly #ports: StorePorts;
  readonly #open: ReadonlyMap<string, OpenSession>;

  constructor(ports: StorePorts, open: ReadonlyMap<string, OpenSession>) {
    this.#ports = ports;
    this.#open = open;
  }

  /** `undefined` when it is gone or cannot be read. */
  async read(sessionId: string, request: ReadRequest): Promise<ReadText | undefined> {
    const known = await this.#stateOf(sessionId);
    if (known === undefined) return undefined;
    const { terms, trigrams } = request;
    const isFull = terms.length > 0 || trigrams !== undefined;
    const state = isFull ? await this.#withEndedCalls(sessionId, known) : known;
    const kept = new Map<string, string>();
    const take = (callId: string, text: string): void => {
      const folded = foldText(text);
      trigrams?.add(folded);
      kept.set(callId, terms.some(term => folded.includes(term)) ? text : '');
    };
    let quiet: JournalPosition | undefined;
    if (isFull) {
      quiet = await this.#readOutputs(sessionId, state, request, (call, printed) => {
        const isNeeded =
          trigrams !== undefined || call.output?.blob !== undefined || mayHave(printed.raw, terms);
        if (isNeeded) take(call.id, this.#textOf(call, printed.text()));
        else kept.set(call.id, '');
      });
      for (const call of state.toolCalls) if (!kept.has(call.id)) take(call.id, this.#textOf(call));
    }
    if (trigrams !== undefined) {
      for (const text of textsOfState(state)) trigrams.add(foldText(text));
      for (const fact of factsOf(state)) trigrams.add(fact);
    }
    return { state, quiet, outputOf: call => kept.get(call.id) ?? '' };
  }

  /**
   * Gives every text that came behind a place to `trigrams`, and resolves with the place where reading can go on then.
   * `undefined`: only reading from the beginning tells.
   */
  async readTail(
    sessionId: string,
    from: JournalPosition,
    trigrams: TrigramSet,
  ): Promise<JournalPosition | undefined> {
    const segments = this.#segmentsOf(sessionId);
    const breathe = slicer(this.#ports);
    try {
      if (!isAt(segments, from)) return undefined;
      const reader = new JournalReader(segments, from);
      const printed = new Map<string, string>();
      let quiet = from;
      for (const item of reader.read(false)) {
        if (item.kind !== 'record') return undefined;
        const texts = textsOfEvent(item.record.event, printed);
        if (texts === undefined) return undefined;
        const { event } = item.record;
        if (event.type === 'toolCallEnded' && event.data.output?.blob !== undefined)
          texts.push(this.#textOfOutput(event.data.output, ''));
        for (const text of texts) trigrams.add(foldText(text));
        if (printed.size === 0) quiet = reader.position;
        const pause = breathe();
        if (pause !== undefined) await pause;
      }
      for (const text of printed.values()) trigrams.add(foldText(text));
      return reader.needsReload ? undefined : quiet;
    } catch (error) {
      this.#ports.logger.debug(`What was added to ${sessionId} cannot be read: ${String(error)}`);
      return undefined;
    } finally {
      segments.close();
    }
  }

  /** All that a call printed, given what the journal has of it. */
  #textOf({ output }: ToolCall, inJournal = ''): string {
    return output === undefined ? inJournal : this.#textOfOutput(output, inJournal);
  }

  #textOfOutput({ blob, tail }: OutputSummary, inJournal: string): string {
    if (blob === undefined) return inJournal === '' ? tail : inJournal;
    const { files, paths } = this.#ports;
    try {
      if ((files.lstat(paths.blob(blob))?.size ?? Infinity) <= MAX_BLOB)
        return readBlobText(blob, this.#ports);
    } catch {
      // Lost or damaged: the doctor tells; the rest can be searched all the same.
    }
    return `${inJournal}\n${tail}`;
  }

  async #readOutputs(
    sessionId: string,
    state: SessionState,
    { signal }: ReadRequest,
    take: (call: ToolCall, printed: PrintedOutput) => void,
  ): Promise<JournalPosition | undefined> {
    const segments = this.#segmentsOf(sessionId);
    const scan = new OutputScan(segments, state.metadata.lastEventSeq);
    const breathe = slicer(this.#ports);
    try {
      for (const printed of scan.read()) {
        const call = printed && state.toolCalls.get(printed.callId);
        if (printed !== undefined && call !== undefined) take(call, printed);
        const pause = breathe();
        if (pause !== undefined) await pause;
        signal?.throwIfAborted();
      }
      return scan.quiet;
    } catch (error) {
      signal?.throwIfAborted();
      this.#ports.logger.debug(`The outputs of ${sessionId} cannot all be searched: ${String(error)}`);
      return undefined;
    } finally {
      segments.close();
    }
  }

  #segmentsOf(sessionId: string): SegmentFiles {
    const { files, paths } = this.#ports;
    return new SegmentFiles(files, segment => paths.journal(sessionId, segment));
  }

  /** Calls leave the state when the next task starts. */
  async #withEndedCalls(sessionId: string, state: SessionState): Promise<SessionState> {
    if (state.tasks.size <= 1) return state;
    const segments = this.#segmentsOf(sessionId);
    const breathe = slicer(this.#ports);
    try {
      const reading = withEndedCalls(state, segments);
      for (;;) {
        const { done, value } = reading.next();
        if (done === true) return value;
        const pause = breathe();
        if (pause !== undefined) await pause;
      }
    } catch (error) {
      this.#ports.logger.debug(`The calls of ${sessionId} cannot all be searched: ${String(error)}`);
      return state;
    } finally {
      segments.close();
    }
  }

  async #stateOf(sessionId: string): Promise<SessionState | undefined> {
    const live = this.#open.get(sessionId)?.live;
    if (live !== undefined) return live.state;
    try {
      const loaded = await loadSession(sessionId, this.#ports);
      loaded.close();
      return loaded.state;
    } catch {
      return undefined;
    }
  }
}

/** Whether a text may have one of the terms, as far as that shows before its escapes are resolved. */
function mayHave(raw: string | undefined, terms: readonly string[]): boolean {
  if (raw === undefined || raw.includes('\\u') || raw.includes('\\/')) return true;
  const folded = foldText(raw);
  return terms.some(term => !PLAIN.test(term) || folded.includes(term));
}
