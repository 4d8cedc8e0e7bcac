import { crc32, deflateRawSync } from 'node:zlib';

/** An entry as a zip file has it; what is not given is as it should be. */
export interface RawEntry {
  readonly name: string;
  readonly content: string | Buffer;
  readonly method?: number;
  /** Claims in the list of files. */
  readonly size?: number;
  readonly packed?: number;
  readonly sum?: number;
  readonly flags?: number;
  /** Unix mode, with the type of the file. */
  readonly mode?: number;
  /** Points to the bytes of this entry instead of its own. */
  readonly within?: number;
}

/** A zip file written by hand, so that it can lie. */
export function rawZip(entries: readonly RawEntry[], claims: { readonly count?: number } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content as string);
    const method = entry.method ?? 8;
    const data = method === 8 ? deflateRawSync(content) : content;
    const name = Buffer.from(entry.name);
    const sum = entry.sum ?? crc32(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE((entry.flags ?? 0) | 0x800, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(sum, 14);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt32LE(content.length, 22);
    local.writeUInt16LE(name.length, 26);
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE((3 << 8) | 20, 4);
    header.writeUInt16LE(20, 6);
    header.writeUInt16LE((entry.flags ?? 0) | 0x800, 8);
    header.writeUInt16LE(method, 10);
    header.writeUInt32LE(sum, 16);
    header.writeUInt32LE(entry.packed ?? data.length, 20);
    header.writeUInt32LE(entry.size ?? content.length, 24);
    header.writeUInt16LE(name.length, 28);
    header.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38);
    header.writeUInt32LE(entry.within === undefined ? at : (offsets[entry.within] ?? 0), 42);
    offsets.push(at);
    parts.push(local, name, data);
    directory.push(header, name);
    at += local.length + name.length + data.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(claims.count ?? entries.length, 8);
  end.writeUInt16LE(claims.count ?? entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, list, end]);
}
