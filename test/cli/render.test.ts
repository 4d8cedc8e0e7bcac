import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { wantedFormat } from '../../src/cli/args.ts';
import { parseSince, parseUntil } from '../../src/core/since.ts';
import { exitCodeOfError, exitCodeOfTask } from '../../src/cli/exitCode.ts';
import { createFormat, localeOf } from '../../src/cli/format.ts';
import { StepOutput } from '../../src/cli/stepOutput.ts';
import { noStyle } from '../../src/cli/style.ts';
import { facts, table } from '../../src/cli/table.ts';
import { createTerminal, type OutputStream } from '../../src/cli/terminal.ts';
import { fit, padEnd, textWidth, wrap } from '../../src/cli/textWidth.ts';

describe('textWidth', () => {
  it('counts columns as terminals do', () => {
    for (const [text, width] of [
      ['', 0],
      ['abc', 3],
      ['äöü', 3],
      ['a\u0301', 1],
      ['日本', 4],
      ['한글', 4],
      ['👍', 2],
      ['👩‍💻', 2],
      ['🇩🇪', 2],
      ['✓', 1],
      ['│─…', 3],
    ] as const) {
      assert.equal(textWidth(text), width, text);
    }
  });

  it('cuts, pads and wraps by columns', () => {
    assert.equal(fit('abcdef', 4), 'abc…');
    assert.equal(fit('abcd', 4), 'abcd');
    assert.equal(fit('日本語', 4), '日…');
    assert.equal(fit('abc', 0), '');
    assert.equal(padEnd('日', 4), '日  ');
    assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
    assert.deepEqual(wrap('abcdefgh ij', 4), ['abcd', 'efgh', 'ij']);
    assert.deepEqual(wrap('a\n\nb', 4), ['a', '', 'b']);
    assert.deepEqual(wrap('日本語日本語', 4), ['日本', '語日', '本語']);
  });
});

describe('figures', () => {
  const english = createFormat({ LANG: 'en_US.UTF-8' });

  it('are grouped as the locale groups them, and an unknown is a dash', () => {
    assert.equal(english.number(1234567), '1,234,567');
    assert.equal(createFormat({ LC_ALL: 'de_DE.UTF-8', LANG: 'en_US' }).number(1234567), '1.234.567');
    assert.equal(english.number(null), '–');
    assert.equal(english.percent(66.67), '67 %');
    assert.equal(english.percent(undefined), '–');
    assert.equal(english.cost(1.5), '$1.50');
    assert.equal(english.count(1, 'file', 'files'), '1 file');
    assert.equal(english.count(2000, 'file', 'files'), '2,000 files');
  });

  it('say durations as people do', () => {
    const shown = [0, 40, 3_210, 9_949, 45_000, 130_000, 3_900_000, null].map(ms => english.duration(ms));
    assert.deepEqual(shown, ['0.0 s', '0.0 s', '3.2 s', '9.9 s', '45 s', '2 m 10 s', '1 h 5 m', '–']);
  });

  it('say how long ago something was', () => {
    const now = new Date('2026-03-10T12:00:00Z');
    const ago = (seconds: number): string => english.age(new Date(now.getTime() - seconds * 1000), now);
    assert.deepEqual([-5, 5, 61, 7200, 200_000].map(ago), [
      'just now',
      'just now',
      '1 min ago',
      '2 h ago',
      '2 d ago',
    ]);
    assert.match(ago(30 * 86_400), /2026/);
  });

  it('take the locale from the environment in the order of POSIX', () => {
    assert.equal(localeOf({ LC_ALL: '', LC_NUMERIC: 'fr_FR@euro', LANG: 'de_DE' }), 'fr-FR');
    for (const LANG of [undefined, 'C', 'C.UTF-8', 'POSIX', 'no such locale', '../..'])
      assert.equal(localeOf({ LANG }), 'en-US');
  });
});

describe('table', () => {
  const columns = [
    { header: 'TITLE', flexible: true },
    { header: 'N', align: 'right' },
  ] as const;
  const rows = [
    [{ text: 'A long title of a session' }, { text: '1' }],
    [{ text: 'B' }, { text: '1,000' }],
  ];

  it('is as wide as it must be and no wider than it may be', () => {
    assert.deepEqual(table(columns, rows, 80, noStyle), [
      'TITLE                          N',
      'A long title of a session      1',
      'B                          1,000',
    ]);
    assert.deepEqual(table(columns, rows, 20, noStyle), [
      'TITLE              N',
      'A long title…      1',
      'B              1,000',
    ]);
    assert.equal(table(columns, rows, 15, noStyle), undefined);
  });

  it('lines up names and leaves out what is not there', () => {
    assert.deepEqual(
      facts(
        [
          ['a', '1'],
          ['long', '2'],
          ['b', undefined],
          ['c', ''],
        ],
        noStyle,
      ),
      ['  a     1', '  long  2'],
    );
  });
});

describe('StepOutput', () => {
  it('makes the same lines however the text arrives', () => {
    const text = 'one\r\ntwo \u001b[31mred\u001b[0m\n10 %\r20 %\r30 %\n\u001b]0;title\u0007three';
    for (let size = 1; size <= text.length; size++) {
      const output = new StepOutput();
      const lines: string[] = [];
      for (let at = 0; at < text.length; at += size) lines.push(...output.push(text.slice(at, at + size)));
      assert.deepEqual(
        [...lines, ...output.finish()],
        ['one', 'two red', '10 %', '20 %', '30 %', 'three'],
        String(size),
      );
    }
  });

  it('keeps empty lines and breaks endless ones', () => {
    const output = new StepOutput();
    assert.deepEqual(output.push('a\n\nb\n'), ['a', '', 'b']);
    const pieces = [...output.push('x'.repeat(10_000)), ...output.finish()];
    assert.equal(pieces.join(''), 'x'.repeat(10_000));
    assert.ok(pieces.every(piece => piece.length <= 4096));
  });
});

describe('exit codes', () => {
  it('follow from the code of an error', () => {
    const codes = {
      invalid_input: 2,
      not_found: 2,
      session_ended: 1,
      session_busy: 1,
      not_trusted: 3,
      denied: 3,
      storage_full: 4,
      damaged: 4,
      newer_version: 4,
      cancelled: 130,
      conflict: 1,
      other: 1,
    };
    for (const [code, expected] of Object.entries(codes)) assert.equal(exitCodeOfError(code), expected, code);
  });

  it('follow from how a task ended', () => {
    assert.equal(exitCodeOfTask({ status: 'completed' }), 0);
    for (const [reason, errorCode, expected] of [
      ['error', 'exit_code', 1],
      ['error', 'no_agent', 1],
      ['timeout', 'timeout', 1],
      ['interrupted', 'interrupted', 1],
      ['denied', 'denied', 3],
      ['error', 'not_trusted', 3],
      ['error', 'storage_failed', 4],
      ['cancelled', 'cancelled', 130],
    ] as const) {
      assert.equal(exitCodeOfTask({ status: 'failed', reason, errorCode }), expected, errorCode);
    }
  });
});

describe('arguments', () => {
  it('tell how results are wanted before they are parsed', () => {
    assert.equal(wantedFormat(['run', 'x']), undefined);
    assert.equal(wantedFormat(['run', 'x', '--json']), 'document');
    assert.equal(wantedFormat(['--json', 'run', '--jsonl']), 'lines');
    assert.equal(wantedFormat(['run', '--', '--json']), undefined);
  });

  it('name a time by date or by how long ago', () => {
    const now = new Date('2026-03-10T12:00:00Z');
    assert.equal(parseSince('12h', now).toISOString(), '2026-03-10T00:00:00.000Z');
    assert.equal(parseSince('2w', now).toISOString(), '2026-02-24T12:00:00.000Z');
    assert.deepEqual(parseSince('2026-01-31', now), new Date(2026, 0, 31));
    assert.deepEqual(parseUntil('2026-01-31', now), new Date(2026, 1, 1));
    assert.equal(parseUntil('2026-01-31T12:00Z', now).toISOString(), '2026-01-31T12:00:00.000Z');
    for (const text of ['', 'yesterday', '7', '2026-13-99', '-1d']) {
      assert.throws(() => parseSince(text, now), { code: 'invalid_input' }, text);
    }
  });
});

describe('createTerminal', () => {
  const stream = (isTTY: boolean, columns?: number): OutputStream => ({
    isTTY,
    columns,
    writable: true,
    write: () => true,
    on: () => undefined,
    off: () => undefined,
  });
  const terminal = (isTTY: boolean, env: Record<string, string> = {}, columns?: number) =>
    createTerminal({ stdin: { isTTY }, stdout: stream(isTTY, columns), stderr: stream(isTTY), env });

  it('colours and draws on a terminal only, and asks there only', () => {
    assert.equal(terminal(true).style.red('x'), '\u001b[31mx\u001b[39m');
    assert.equal(terminal(false).style.red('x'), 'x');
    assert.deepEqual([terminal(true).isLive, terminal(true).canAsk], [true, true]);
    assert.deepEqual(
      [terminal(false).isLive, terminal(false).canAsk, terminal(false).isPerson],
      [false, false, false],
    );
  });

  it('respects NO_COLOR and a dumb terminal', () => {
    assert.equal(terminal(true, { NO_COLOR: '1' }).style.red('x'), 'x');
    assert.equal(terminal(true, { NO_COLOR: '' }).style.red('x'), '\u001b[31mx\u001b[39m');
    assert.deepEqual(
      [terminal(true, { TERM: 'dumb' }).isLive, terminal(true, { TERM: 'dumb' }).isPerson],
      [false, true],
    );
    assert.equal(terminal(true, { TERM: 'dumb' }).style.bold('x'), 'x');
  });

  it('tells a disk that is full from a reader that left', async () => {
    for (const [code, told] of [
      ['ENOSPC', true],
      ['EPIPE', false],
    ] as const) {
      const stdout = new Writable({
        write: (_chunk, _encoding, done) => {
          done(Object.assign(new Error(code), { code }));
        },
      });
      const stderr = new Writable({ write: (_chunk, _encoding, done) => done() });
      const full = createTerminal({ stdin: {}, stdout, stderr, env: {} });
      full.write('a');
      full.write('b');
      assert.equal((await full.flush())?.code, told ? code : undefined);
    }
  });

  it('knows how wide the window is', () => {
    assert.equal(terminal(true, {}, 120).columns, 120);
    assert.equal(terminal(true, {}, 5).columns, 20);
    assert.equal(terminal(true).columns, 80);
  });
});
