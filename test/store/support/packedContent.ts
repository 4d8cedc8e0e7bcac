import assert from 'node:assert/strict';
import type { DiskStore } from '../../../src/store/sessionStore.ts';
import type { ArrivingFile } from '../../../src/store/transfer/stagedFiles.ts';
import { ID } from './memoryFixture.ts';

/** The files of a session on its way, by their paths. */
export type Content = Readonly<Record<string, string | Buffer>>;

export async function* stream(content: Content): AsyncGenerator<ArrivingFile> {
  await Promise.resolve();
  for (const [path, bytes] of Object.entries(content)) {
    yield {
      path,
      content: (async function* () {
        await Promise.resolve();
        yield Buffer.from(bytes as string);
      })(),
    };
  }
}

export async function packed(store: DiskStore, id = ID): Promise<Content> {
  const pack = await store.pack(id);
  const content: Record<string, Buffer> = {};
  for (const file of pack.files) {
    const pieces: Buffer[] = [];
    for await (const piece of file.content()) pieces.push(piece);
    content[file.path] = Buffer.concat(pieces);
    assert.equal(content[file.path]?.length, file.size);
  }
  pack.dispose();
  return content;
}
