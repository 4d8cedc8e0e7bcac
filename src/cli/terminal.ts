import { type Disposable, toDisposable } from '../core/disposable.ts';
import { createFormat, type Format } from './format.ts';
import { colourStyle, noStyle, type Style } from './style.ts';

/** Narrower terminals are treated as this wide. */
const MIN_COLUMNS = 20;

/** What stands between the program and whoever reads it. Writing never throws: a reader who left is not an error. */
export interface Terminal {
  /** Whether a person reads standard output on a terminal; tables, colour and progress are for them alone. */
  readonly isPerson: boolean;
  /** Whether standard output can be drawn over. */
  readonly isLive: boolean;
  /** Whether somebody can be asked. */
  readonly canAsk: boolean;
  readonly style: Style;
  readonly errorStyle: Style;
  readonly format: Format;
  readonly columns: number;
  readonly rows: number;
  /** To standard output. */
  write(text: string): void;
  /** The same for what is no text; resolves when more may come. */
  writeBytes(bytes: Uint8Array): Promise<void>;
  /** To standard error. */
  writeError(text: string): void;
  onDidResize(listener: () => void): Disposable;
  /** Resolves when everything written is out of our hands: with what is wrong where standard output could not take all of it. */
  flush(): Promise<Failure | undefined>;
}

type Failure = NodeJS.ErrnoException;

/** What is needed of `process.stdout`: only a terminal's has the optional part. */
export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  readonly writable: boolean;
  write(text: string | Uint8Array, done?: (error?: Failure | null) => void): boolean;
  on(event: 'error', listener: (error: Failure) => void): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

export interface Streams {
  readonly stdin: { readonly isTTY?: boolean | undefined };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function createTerminal({ stdin, stdout, stderr, env }: Streams): Terminal {
  const smart = env['TERM'] !== 'dumb';
  const colour = smart && (env['NO_COLOR'] ?? '') === '';
  const isPerson = stdout.isTTY === true;
  const errorIsPerson = stderr.isTTY === true;
  // Made when first used: languages take a while to load.
  let format: Format | undefined;
  let failure: Failure | undefined;
  // A reader that went away (`| head`) ends what is shown, never what is done. A disk that is full is another thing.
  const notice = (error: Failure | null | undefined): void => {
    if (error?.code !== 'EPIPE') failure ??= error ?? undefined;
  };
  stdout.on('error', notice);
  stderr.on('error', () => undefined);
  return {
    isPerson,
    isLive: isPerson && smart,
    canAsk: stdin.isTTY === true && errorIsPerson,
    style: isPerson && colour ? colourStyle : noStyle,
    errorStyle: errorIsPerson && colour ? colourStyle : noStyle,
    get format() {
      format ??= createFormat(env);
      return format;
    },
    get columns() {
      return Math.max(MIN_COLUMNS, stdout.columns ?? 80);
    },
    get rows() {
      return stdout.rows ?? 24;
    },
    write: text => {
      if (stdout.writable) stdout.write(text);
    },
    writeBytes: bytes =>
      new Promise(resolve => {
        if (stdout.writable) stdout.write(bytes, () => resolve());
        else resolve();
      }),
    writeError: text => {
      if (stderr.writable) stderr.write(text);
    },
    onDidResize: listener => {
      stdout.on('resize', listener);
      return toDisposable(() => stdout.off('resize', listener));
    },
    flush: async () => {
      await Promise.all([flushed(stdout, notice), flushed(stderr, () => undefined)]);
      return failure;
    },
  };
}

function flushed(stream: OutputStream, notice: (error: Failure | null | undefined) => void): Promise<void> {
  return new Promise(resolve => {
    const done = (error?: Failure | null): void => {
      notice(error);
      resolve();
    };
    if (stream.writable) stream.write('', done);
    else done();
  });
}
