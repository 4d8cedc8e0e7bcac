import { foldText } from '../../core/search/foldText.ts';
import { type SessionText, textsOfState } from '../../core/search/sessionText.ts';
import type { SessionState } from '../../core/state.ts';
import type { OutputSummary, ToolCall } from '../../core/toolCall.ts';
import { readBlobText } from '../blobFile.ts';
import { isAt, type JournalPosition } from '../journalPosition.ts';
import { JournalReader } from '../journalReader.ts';
import type { OpenSession } from '../openSession.ts';
import { SegmentFiles } from '../segmentFiles.ts';
import { loadSession } from '../sessionLoad.ts';
import { slicer, type StorePorts } from '../storePorts.ts';
import { textsOfEvent } from './eventTexts.ts';
import { OutputScan, type PrintedOutput } from './outputScan.ts';
import { SearchedCalls } from './searchedCalls.ts';
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

/** A session with its journal; whoever opened it closes that. */
interface OpenedSession {
  readonly state: SessionState;
  readonly segments: SegmentFiles;
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
    const opened = await this.#load(sessionId);
    if (opened === undefined) return undefined;
    try {
      return await this.#readOpened(sessionId, opened, request);
    } finally {
      opened.segments.close();
    }
  }

  async #readOpened(
    sessionId: string,
    { state: known, segments }: OpenedSession,
    request: ReadRequest,
  ): Promise<ReadText> {
    const { terms, trigrams } = request;
    const kept = new Map<string, string>();
    const outputOf = (call: ToolCall): string => kept.get(call.id) ?? '';
    if (terms.length === 0 && trigrams === undefined) return { state: known, quiet: undefined, outputOf };
    const take = (callId: string, text: string): void => {
      const folded = foldText(text);
      trigrams?.add(folded);
      kept.set(callId, terms.some(term => folded.includes(term)) ? text : '');
    };
    const calls = new SearchedCalls(known);
    const scan = new OutputScan(segments, known.metadata.lastEventSeq, line => {
      calls.take(line);
    });
    const isWhole = await this.#scan(sessionId, scan, request, printed => {
      const call = calls.get(printed.callId);
      if (call === undefined) return;
      const isNeeded =
        trigrams !== undefined || call.output?.blob !== undefined || mayHave(printed.raw, terms);
      if (isNeeded) take(call.id, this.#textOf(call, printed.text()));
      else kept.set(call.id, '');
    });
    const state = calls.state();
    for (const call of state.toolCalls) if (!kept.has(call.id)) take(call.id, this.#textOf(call));
    if (trigrams !== undefined) {
      for (const text of textsOfState(state)) trigrams.add(foldText(text));
      for (const fact of factsOf(state)) trigrams.add(fact);
    }
    return { state, quiet: isWhole ? scan.quiet : undefined, outputOf };
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

  /** Whether the journal could be read to its end. */
  async #scan(
    sessionId: string,
    scan: OutputScan,
    { signal }: ReadRequest,
    take: (printed: PrintedOutput) => void,
  ): Promise<boolean> {
    const breathe = slicer(this.#ports);
    try {
      for (const printed of scan.read()) {
        if (printed !== undefined) take(printed);
        const pause = breathe();
        if (pause !== undefined) await pause;
        signal?.throwIfAborted();
      }
      return true;
    } catch (error) {
      signal?.throwIfAborted();
      this.#ports.logger.debug(`The outputs of ${sessionId} cannot all be searched: ${String(error)}`);
      return false;
    }
  }

  #segmentsOf(sessionId: string): SegmentFiles {
    const { files, paths } = this.#ports;
    return new SegmentFiles(files, segment => paths.journal(sessionId, segment));
  }

  async #load(sessionId: string): Promise<OpenedSession | undefined> {
    const live = this.#open.get(sessionId)?.live;
    if (live !== undefined) return { state: live.state, segments: this.#segmentsOf(sessionId) };
    try {
      return await loadSession(sessionId, this.#ports);
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
