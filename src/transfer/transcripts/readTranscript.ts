import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { invalidInput, type SessionError } from '../../core/errors.ts';
import { badArchive } from '../../store/transfer/stagedFiles.ts';
import { ClaudeCodeReader } from './claudeCode.ts';
import { CodexReader } from './codex.ts';
import { field, type Json, list, parsed, record, text } from './json.ts';
import { readOpencode } from './opencode.ts';
import { PiReader } from './pi.ts';
import type { Transcript } from './transcript.ts';

const MAX_DOCUMENT = 256 * 1024 ** 2;
const MAX_FILE = 2 * 1024 ** 3;
const MAX_LINE = 64 * 1024 ** 2;
/** The lines in which a transcript says what it is. */
const FIRST_LINES = 20;

export interface ReadTranscript {
  readonly transcript: Transcript;
  /** SHA-256 of the file, hex. */
  readonly hash: string;
}

interface LineReader {
  take(line: Json): void;
  skip(kind: string): void;
  finish(): Transcript | undefined;
}

const READERS = {
  'claude-code': { make: (): LineReader => new ClaudeCodeReader(), isOne: isClaudeCode },
  codex: {
    make: (): LineReader => new CodexReader(),
    isOne: (line: Json) => text(line, 'type') === 'session_meta',
  },
  pi: {
    make: (): LineReader => new PiReader(),
    isOne: (line: Json) => text(line, 'type') === 'session' && text(line, 'id') !== undefined,
  },
} as const;

export type TranscriptFormat = keyof typeof READERS | 'opencode';

/** The transcript in a file, which is only read. `invalid_input` when it is none, or none of `format`. */
export async function readTranscript(path: string, format?: TranscriptFormat): Promise<ReadTranscript> {
  const { size } = await stat(path);
  if (size > MAX_FILE) throw badArchive('it is larger than 2 GB.');
  const document = format === undefined || format === 'opencode' ? await opencodeIn(path, size) : undefined;
  const read = document ?? (format === 'opencode' ? undefined : await linesIn(path, format));
  if (read === undefined) throw unknownFile(path, format);
  if (read.transcript.turns.length === 0) throw badArchive('nobody asked for anything in it.');
  return read;
}

function unknownFile(path: string, format: TranscriptFormat | undefined): SessionError {
  const what =
    format === undefined ? 'an archive of a session or a known transcript' : `a transcript of ${format}`;
  return invalidInput('file', `${path} is not ${what}. Nothing was changed.`);
}

async function opencodeIn(path: string, size: number): Promise<ReadTranscript | undefined> {
  if (size > MAX_DOCUMENT) return undefined;
  const bytes = await readFile(path);
  const document = record(parsed(bytes.toString()));
  if (document === undefined || record(field(document, 'info')) === undefined) return undefined;
  if (list(document, 'messages').length === 0) return undefined;
  const transcript = readOpencode(document);
  return transcript && { transcript, hash: createHash('sha256').update(bytes).digest('hex') };
}

async function linesIn(
  path: string,
  format: keyof typeof READERS | undefined,
): Promise<ReadTranscript | undefined> {
  const hash = createHash('sha256');
  const unsure: Json[] = [];
  let reader = format === undefined ? undefined : READERS[format].make();
  let lines = 0;
  let unreadable = 0;
  for await (const line of linesOf(path, piece => hash.update(piece))) {
    const value = line === undefined ? undefined : record(parsed(line));
    lines++;
    if (value === undefined) {
      unreadable++;
      continue;
    }
    if (reader === undefined) {
      unsure.push(value);
      reader = Object.values(READERS)
        .find(({ isOne }) => isOne(value))
        ?.make();
      for (const earlier of reader === undefined ? [] : unsure) reader?.take(earlier);
      if (reader === undefined && lines > FIRST_LINES) return undefined;
    } else reader.take(value);
  }
  for (; unreadable > 0; unreadable--) reader?.skip('unreadable line');
  const transcript = reader?.finish();
  return transcript && { transcript, hash: hash.digest('hex') };
}

/** Lines as text; `undefined` for one that is too long. */
async function* linesOf(path: string, onPiece: (piece: Buffer) => void): AsyncGenerator<string | undefined> {
  let parts: Buffer[] = [];
  let length = 0;
  const line = (): string | undefined => {
    const whole = length > MAX_LINE ? undefined : Buffer.concat(parts).toString().trim();
    parts = [];
    length = 0;
    return whole;
  };
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    onPiece(piece);
    let start = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, start)) {
      length += end - start;
      if (length <= MAX_LINE) parts.push(piece.subarray(start, end));
      start = end + 1;
      const whole = line();
      if (whole !== '') yield whole;
    }
    length += piece.length - start;
    if (length <= MAX_LINE) parts.push(piece.subarray(start));
  }
  const whole = line();
  if (whole !== '') yield whole;
}

function isClaudeCode(line: Json): boolean {
  const type = text(line, 'type');
  return (
    text(line, 'sessionId') !== undefined &&
    type !== undefined &&
    record(field(line, 'payload')) === undefined
  );
}
