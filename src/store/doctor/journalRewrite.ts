import { dirname, join } from 'node:path';
import type { SessionRecord } from '../../core/events.ts';
import { encodeRecord, decodeLine } from '../journalLine.ts';
import { JournalReader } from '../journalReader.ts';
import { scanLines } from '../lineScanner.ts';
import type { JournalLine } from '../recentLines.ts';
import { openRegular } from '../regularFile.ts';
import { SegmentFiles } from '../segmentFiles.ts';
import { slicer, type StorePorts } from '../storePorts.ts';
import { keepOriginal } from '../keepOriginal.ts';

/** More lost records in a row are not filled in: a file is missing, and may be put back. */
const MAX_FILLED = 10_000;
const BUFFER = 256 * 1024;

export interface RewrittenFile {
  readonly segment: number;
  /** The name of the original beside it. */
  readonly original: string;
  /** How many records could not be saved. */
  readonly lost: number;
}

/**
 * Writes the damaged files of a journal anew: every unharmed record byte for byte, and a `recordLost` for every number that
 * has none any more. Under the append lock. `all` has read the whole journal; `damaged` are the segments, in order.
 */
export async function rewriteJournal(
  sessionId: string,
  all: JournalReader,
  damaged: readonly number[],
  ports: StorePorts,
): Promise<readonly RewrittenFile[]> {
  if (damaged.length === 0) return [];
  const segments = new SegmentFiles(ports.files, segment => ports.paths.journal(sessionId, segment));
  const breathe = slicer(ports);
  const rewrite = new Rewrite(all, damaged, segments, ports);
  try {
    const reader = new JournalReader(segments);
    for (const item of reader.read(true)) {
      if (item.kind === 'record') await rewrite.take(reader.segment, item.record, item.line);
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
    return await rewrite.end();
  } catch (error) {
    rewrite.abandon();
    throw error;
  } finally {
    segments.close();
  }
}

/** The whole lines of a second history: unharmed, but another record has their number. */
export function* linesOfSecondHistory(
  all: JournalReader,
  paths: Iterable<string>,
  { files }: StorePorts,
): Generator<JournalLine> {
  for (const path of paths) {
    const { descriptor, stat } = openRegular(files, path, 'read');
    try {
      const read = (buffer: Uint8Array, at: number): number => files.read(descriptor, buffer, at);
      for (const { bytes } of scanLines(read, 0, stat.size)) {
        const decoded = decodeLine(bytes);
        if (decoded.kind !== 'record' || all.compare(decoded.record.seq, decoded.sum) !== 'other') continue;
        const line = Buffer.concat([bytes, Buffer.from('\n')]);
        yield { seq: decoded.record.seq, sum: decoded.sum, bytes: line };
      }
    } finally {
      files.close(descriptor);
    }
  }
}

class Rewrite {
  readonly #all: JournalReader;
  readonly #ports: StorePorts;
  readonly #segments: SegmentFiles;
  /** Segments that are still to be written, in order. */
  readonly #waiting: number[];
  readonly #done: RewrittenFile[] = [];
  #out: { readonly segment: number; readonly file: NewFile; lost: number } | undefined;
  #last = 0;
  #at: string | undefined;

  constructor(all: JournalReader, damaged: readonly number[], segments: SegmentFiles, ports: StorePorts) {
    this.#all = all;
    this.#segments = segments;
    this.#ports = ports;
    this.#waiting = [...damaged];
  }

  async take(segment: number, record: SessionRecord, line: Buffer): Promise<void> {
    // A file without one unharmed record is dealt with when the next one begins.
    while ((this.#out?.segment ?? this.#waiting[0] ?? segment) < segment) {
      if (this.#out === undefined) this.#start();
      this.#fillTo(record.seq, record.at);
      await this.#finish();
    }
    if (this.#out === undefined && this.#waiting[0] === segment) this.#start();
    this.#fillTo(record.seq, record.at);
    this.#out?.file.add(Buffer.concat([line, Buffer.from('\n')]));
    this.#last = Math.max(this.#last, record.seq);
    this.#at = record.at;
  }

  async end(): Promise<readonly RewrittenFile[]> {
    const at = this.#ports.clock.now().toISOString();
    do {
      if (this.#out === undefined && this.#waiting.length > 0) this.#start();
      this.#fillTo(this.#all.nextSeq, at);
      await this.#finish();
    } while (this.#waiting.length > 0);
    return this.#done;
  }

  abandon(): void {
    this.#out?.file.abandon();
  }

  #start(): void {
    const segment = this.#waiting.shift() ?? 1;
    this.#out = { segment, file: new NewFile(this.#ports), lost: 0 };
  }

  async #finish(): Promise<void> {
    const out = this.#out;
    if (out === undefined) return;
    const original = await out.file.replace(this.#segments.pathOf(out.segment));
    this.#out = undefined;
    this.#done.push({ segment: out.segment, original, lost: out.lost });
  }

  /** Puts something in the place of every record below `seq` that is nowhere. */
  #fillTo(seq: number, at: string): void {
    const out = this.#out;
    if (out === undefined || seq - this.#last > MAX_FILLED) return;
    for (let lost = this.#last + 1; lost < seq; lost++) {
      if (this.#all.compare(lost, '0') !== 'free') continue;
      const problem =
        'The record could not be read any more. What there was is in the file kept beside this one.';
      const writer = this.#ports.processes.self.nonce;
      const event = { type: 'recordLost', data: { problem } } as const;
      out.file.add(encodeRecord({ seq: lost, at: this.#at ?? at, writer, event }));
      out.lost++;
    }
    this.#last = Math.max(this.#last, seq - 1);
  }
}

/** A file in the making, which takes the place of another once it is durable. */
class NewFile {
  readonly #ports: StorePorts;
  readonly #path: string;
  readonly #descriptor: number;
  #pending: Buffer[] = [];
  #bytes = 0;

  constructor(ports: StorePorts) {
    this.#ports = ports;
    this.#path = join(ports.paths.locks, `${ports.processes.self.nonce}-${ports.ids.hex(8)}.tmp`);
    this.#descriptor = openRegular(ports.files, this.#path, 'create').descriptor;
  }

  add(bytes: Buffer): void {
    this.#pending.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= BUFFER) this.#flush();
  }

  /** Resolves with the name under which the original is kept. */
  async replace(path: string): Promise<string> {
    const { files } = this.#ports;
    this.#flush();
    await files.datasync(this.#descriptor);
    const original = await keepOriginal(path, this.#ports);
    await files.syncDirectory(dirname(path));
    files.rename(this.#path, path);
    await files.syncDirectory(dirname(path));
    files.close(this.#descriptor);
    return original;
  }

  abandon(): void {
    const { files } = this.#ports;
    try {
      files.close(this.#descriptor);
      files.unlink(this.#path);
    } catch {
      // It has its name already, or the folder is gone.
    }
  }

  #flush(): void {
    let rest: Buffer = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#bytes = 0;
    while (rest.length > 0) rest = rest.subarray(this.#ports.files.append(this.#descriptor, rest));
  }
}
