import { invalidInput } from '../core/errors.ts';

/** All of standard input, as UTF-8. Refuses to read more than `limit` bytes. */
export async function readInput(limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += buffer.length;
    if (bytes > limit)
      throw invalidInput('task', `Standard input holds more than ${String(limit)} bytes. Nothing was done.`);
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
