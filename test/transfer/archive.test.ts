import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Manifest } from '../../src/transfer/archive/manifest.ts';
import { encodeRecord } from '../../src/store/journalLine.ts';
import { created } from '../store/support/diskFixture.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { importInto } from './support/importInto.ts';
import { type RawEntry, rawZip } from './support/rawZip.ts';

const ID = 'aaaaaaaa-1111-4111-8111-111111111111';
const OTHER = 'bbbbbbbb-2222-4222-8222-222222222222';
const JOURNAL = `sessions/${ID}.events.jsonl`;
const line = encodeRecord({
  ...{ seq: 1, at: '2026-01-01T00:00:00.000Z', writer: 'w', event: created(ID, '/there', 'Theirs') },
}).toString();
const output = 'an output';
const BLOB = `blobs/${sha256(output)}`;
const FILES: Readonly<Record<string, string>> = { [JOURNAL]: line, [BLOB]: output };

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function manifestOf(files: Readonly<Record<string, string | Buffer>>, more: object = {}): string {
  const entries = Object.entries(files).map(([path, content]) => ({
    ...{ path, size: Buffer.byteLength(content), sha256: sha256(content) },
  }));
  const manifest: Manifest = {
    ...{ kind: 'coding-agent-session', format: 1, sessionId: ID, lastEventSeq: 1, entries },
    ...{ product: { name: 'coding-agent-sessions', version: '0' }, exportedAt: '2026-01-01T00:00:00.000Z' },
  };
  return JSON.stringify({ ...manifest, ...more });
}

function entriesOf(files: Readonly<Record<string, string | Buffer>> = FILES, manifest?: string): RawEntry[] {
  const listed = { ...files, 'manifest.json': manifest ?? manifestOf(files) };
  return Object.entries(listed).map(([name, content]) => ({ name, content }));
}

/** The archive with one of its entries changed. */
function changed(name: string, change: Partial<RawEntry>): Buffer {
  return rawZip(entriesOf().map(entry => (entry.name === name ? { ...entry, ...change } : entry)));
}

function added(...entries: readonly RawEntry[]): Buffer {
  return rawZip([...entriesOf(), ...entries]);
}

/** As added, and named in the manifest. */
function listed(files: Readonly<Record<string, string | Buffer>>): Buffer {
  return rawZip(entriesOf({ ...FILES, ...files }));
}

const zeros = Buffer.alloc(64 * 1024 * 1024);
const BOMB = `blobs/${sha256(zeros)}`;

const HOSTILE: Readonly<Record<string, () => Buffer>> = {
  'climbs out with ..': () => listed({ '../../evil.txt': 'x' }),
  'climbs out of a folder of ours': () => listed({ 'sessions/../../../evil.txt': 'x' }),
  'names an absolute path': () => listed({ '/tmp/evil.txt': 'x' }),
  'names a drive': () => listed({ 'C:/evil.txt': 'x' }),
  'uses backslashes': () => listed({ '..\\..\\evil.txt': 'x' }),
  'hides a path behind a NUL': () => listed({ [`sessions/${ID}.events.2.jsonl\u0000.txt`]: 'x' }),
  'has a symbolic link': () => changed(BLOB, { mode: 0o120777 }),
  'has a device': () => changed(BLOB, { mode: 0o020666 }),
  'has a folder': () => added({ name: 'sessions/', content: '', mode: 0o040755 }),
  'has an encrypted file': () => changed(BLOB, { flags: 1 }),
  'uses an unknown compression': () => changed(BLOB, { method: 99 }),
  'has a file twice': () => added({ name: BLOB, content: output }),
  'has two manifests': () => added({ name: 'manifest.json', content: '{}' }),
  'has a file that the manifest does not name': () =>
    added({ name: `blobs/${'0'.repeat(64)}`, content: 'x' }),
  'lacks a file that the manifest names': () => rawZip(entriesOf().filter(({ name }) => name !== BLOB)),
  'has no manifest': () => rawZip(entriesOf().filter(({ name }) => name !== 'manifest.json')),
  'has a manifest that is no JSON': () => rawZip(entriesOf(FILES, 'manifest')),
  'has a manifest of another kind': () => rawZip(entriesOf(FILES, manifestOf(FILES, { kind: 'x' }))),
  'has a manifest of a newer format': () => rawZip(entriesOf(FILES, manifestOf(FILES, { format: 3 }))),
  'has a manifest with a prototype': () =>
    rawZip(entriesOf(FILES, `{"__proto__":${manifestOf(FILES)},"constructor":{"prototype":{"kind":1}}}`)),
  'has a manifest of 20 MB': () => rawZip(entriesOf(FILES, manifestOf(FILES).padEnd(20 * 1024 * 1024))),
  'names a file twice in its manifest': () => {
    const { entries } = JSON.parse(manifestOf(FILES)) as Manifest;
    return rawZip(entriesOf(FILES, manifestOf(FILES, { entries: [...entries, ...entries] })));
  },
  'claims another session': () => rawZip(entriesOf(FILES, manifestOf(FILES, { sessionId: OTHER }))),
  'claims an id that is a path': () =>
    rawZip(entriesOf(FILES, manifestOf(FILES, { sessionId: '../../etc' }))),
  'brings a file of another session': () => listed({ [`sessions/${OTHER}.events.jsonl`]: line }),
  'brings a lock': () => listed({ [`locks/${ID}.lock`]: '{}' }),
  'brings a .gitignore': () => listed({ 'sessions/.gitignore': '' }),
  'has a wrong hash': () => {
    const { entries } = JSON.parse(manifestOf(FILES)) as Manifest;
    const wrong = entries.map(entry => ({
      ...entry,
      sha256: entry.path === JOURNAL ? 'f'.repeat(64) : entry.sha256,
    }));
    return rawZip(entriesOf(FILES, manifestOf(FILES, { entries: wrong })));
  },
  'has a wrong checksum': () => changed(BLOB, { sum: 1 }),
  'has an output that is not what its name says': () => rawZip(entriesOf({ ...FILES, [BLOB]: 'another' })),
  'has a journal with a wrong sum': () =>
    rawZip(entriesOf({ ...FILES, [JOURNAL]: line.replace('Theirs', 'theirs') })),
  'claims a smaller size': () => changed(BLOB, { size: 3 }),
  'claims a larger size': () => changed(BLOB, { size: 30 }),
  'claims sizes that its manifest repeats': () => {
    const { entries } = JSON.parse(manifestOf(FILES)) as Manifest;
    const wrong = entries.map(entry => (entry.path === BLOB ? { ...entry, size: 3 } : entry));
    const manifest = manifestOf(FILES, { entries: wrong });
    return rawZip(
      entriesOf(FILES, manifest).map(entry => (entry.name === BLOB ? { ...entry, size: 3 } : entry)),
    );
  },
  'claims to be packed larger than the file': () => changed(BLOB, { packed: 100_000 }),
  'unpacks to a thousand times its size': () => listed({ [BOMB]: zeros }),
  'claims to unpack to 4 GB': () => changed(BLOB, { size: 0xfffffffe }),
  'has files that lie one within the other': () =>
    added({ name: `blobs/${'1'.repeat(64)}`, content: output, within: 1 }),
  'has 60,000 files': () =>
    rawZip(
      Array.from({ length: 60_000 }, (_, index) => ({
        name: `blobs/${String(index)}`,
        content: '',
        method: 0,
      })),
    ),
  'claims fewer files than it has': () => rawZip(entriesOf(), { count: 1 }),
  'is cut off at the end': () => rawZip(entriesOf()).subarray(0, -30),
  'is cut off at the beginning': () => rawZip(entriesOf()).subarray(10),
  'is another zip within a zip': () =>
    rawZip([{ name: 'session.zip', content: rawZip(entriesOf()), method: 0 }]),
  'is two bytes': () => Buffer.from('PK'),
};

describe('archives', () => {
  const temporary = useTemporaryFolder();
  const root = (): string => join(temporary(), 'root');

  function place(bytes: Buffer): string {
    const file = join(temporary(), 'archive.zip');
    writeFileSync(file, bytes);
    return file;
  }

  /** Every file below the test's folder but the archive, and its content. */
  function everything(): readonly (readonly [string, string])[] {
    return globSync('**/*', { cwd: temporary(), withFileTypes: true })
      .filter(entry => entry.isFile() && entry.name !== 'archive.zip')
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => [relative(temporary(), path), readFileSync(path, 'latin1')] as const)
      .filter(([path]) => !path.includes('locks'))
      .sort();
  }

  it('as an export writes them are taken in', async () => {
    const { outcome, state } = await importInto(root(), place(rawZip(entriesOf())));
    assert.deepEqual([outcome, state.metadata.title], ['imported', 'Theirs']);
    assert.equal(readFileSync(join(root(), '.coding-agent', BLOB), 'utf8'), output);
  });

  it('that are not compressed are taken in, too', async () => {
    const stored = entriesOf().map(entry => ({ ...entry, method: 0 }));
    assert.equal((await importInto(root(), place(rawZip(stored)))).outcome, 'imported');
  });

  for (const [what, make] of Object.entries(HOSTILE)) {
    it(`that one ${what} is refused, and nothing is changed`, async () => {
      const folder = join(root(), '.coding-agent', 'sessions');
      mkdirSync(folder, { recursive: true });
      const mine = { ...created(OTHER, root(), 'Mine') };
      const kept = { seq: 1, at: '2026-01-01T00:00:00.000Z', writer: 'w', event: mine };
      writeFileSync(join(folder, `${OTHER}.events.jsonl`), encodeRecord(kept));
      writeFileSync(join(root(), '.coding-agent', '.gitignore'), '*\n');
      const before = everything();
      await assert.rejects(importInto(root(), place(make()), 'zip'), {
        name: 'SessionError',
        code: 'bad_archive',
      });
      assert.deepEqual(everything(), before);
      const left = globSync(join(root(), '.coding-agent', 'locks', '*.tmp'));
      assert.deepEqual(left, []);
    });
  }
});
