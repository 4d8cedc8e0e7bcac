import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

/** What a bundle names: an id, and the reference that it is to become. */
export type Named = readonly [id: string, reference: string];

/** An entry of a tree. */
export type Entry = readonly [mode: string, name: string, id: string];

/** Makes bundles with real git, and such as git would not make. */
export class BundleMaker {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.git(['init', '--quiet', '--bare', '.']);
  }

  git(args: readonly string[], input: string | Buffer = ''): Buffer {
    const env = { PATH: process.env['PATH'] ?? '', HOME: this.#folder, GIT_CONFIG_NOSYSTEM: '1' };
    return execFileSync('git', args, { cwd: this.#folder, env, input, maxBuffer: 64 * 1024 * 1024 });
  }

  /** Stores an object as it is, whatever git thinks of it. */
  object(type: 'blob' | 'tree' | 'commit' | 'tag', content: string | Buffer): string {
    const bytes = Buffer.from(content as string);
    const whole = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]);
    const id = createHash('sha1').update(whole).digest('hex');
    mkdirSync(join(this.#folder, 'objects', id.slice(0, 2)), { recursive: true });
    writeFileSync(join(this.#folder, 'objects', id.slice(0, 2), id.slice(2)), deflateSync(whole));
    return id;
  }

  tree(...entries: readonly Entry[]): string {
    const parts = entries.flatMap(([mode, name, id]) => [
      Buffer.from(`${mode} ${name}\0`, 'latin1'),
      Buffer.from(id, 'hex'),
    ]);
    return this.object('tree', Buffer.concat(parts));
  }

  /** A checkpoint of these files. */
  checkpoint(files: readonly Entry[], record = '{"v":1,"folders":[],"left":[]}'): string {
    return this.tree(
      ['40000', 'files', this.tree(...files)],
      ['100644', 'record', this.object('blob', record)],
    );
  }

  /** A pack of these objects, and of nothing that they refer to. */
  pack(ids: readonly string[]): Buffer {
    return this.git(['pack-objects', '--stdout', '--quiet'], ids.map(id => `${id}\n`).join(''));
  }

  /** A bundle that names these, with a pack of all objects that there are unless another is given. */
  bundle(names: readonly Named[], pack = this.pack(this.all()), head = '# v2 git bundle\n'): Buffer {
    const lines = names.map(([id, reference]) => `${id} ${reference}\n`).join('');
    return Buffer.concat([Buffer.from(`${head}${lines}\n`, 'latin1'), pack]);
  }

  all(): readonly string[] {
    const listed = this.git(['cat-file', '--batch-all-objects', '--batch-check=%(objectname)']);
    return listed.toString().split('\n').filter(Boolean);
  }
}

/** A pack of one object that claims to be as large as it likes. */
export function lyingPack(size: number): Buffer {
  const header: number[] = [];
  let rest = Math.floor(size / 16);
  // Type 3 is a blob; the size comes in pieces of four, then seven bits.
  header.push((rest > 0 ? 0x80 : 0) | (3 << 4) | (size % 16));
  for (; rest > 0; rest = Math.floor(rest / 128)) header.push((rest >= 128 ? 0x80 : 0) | (rest % 128));
  const count = Buffer.from([0, 0, 0, 2, 0, 0, 0, 1]);
  const body = Buffer.concat([
    Buffer.from('PACK'),
    count,
    Buffer.from(header),
    deflateSync(Buffer.alloc(1000)),
  ]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}
