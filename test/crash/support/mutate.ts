import type { Random } from './random.ts';

/** A way to damage bytes. */
export type Damage = 'truncate' | 'flip' | 'zero' | 'insert' | 'delete' | 'duplicate' | 'swap' | 'splice';

export const DAMAGES: readonly Damage[] = [
  'truncate',
  'flip',
  'zero',
  'insert',
  'delete',
  'duplicate',
  'swap',
  'splice',
];

/** The bytes with one damage at a random place. */
export function damaged(bytes: Buffer, damage: Damage, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + random.below(random.chance(0.3) ? 2000 : 40));
  const [before, hit, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
  switch (damage) {
    case 'truncate':
      return Buffer.from(before);
    case 'flip':
      return flipped(bytes, random);
    case 'zero':
      return Buffer.concat([before, Buffer.alloc(hit.length), after]);
    case 'insert':
      return Buffer.concat([before, rubbish(random), hit, after]);
    case 'delete':
      return Buffer.concat([before, after]);
    case 'duplicate':
      return Buffer.concat([before, hit, hit, after]);
    case 'swap':
      return swapped(bytes, random);
    case 'splice':
      return spliced(bytes, random);
  }
}

function flipped(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  for (let count = 1 + random.below(4); count > 0 && copy.length > 0; count--) {
    const at = random.below(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  }
  return copy;
}

function rubbish(random: Random): Buffer {
  const texts = ['\n', '\0\0\0\0', '{"v":1,"seq":', '}', '"', '<<<<<<< HEAD\n', '\r\n', '\u{1f600}', '[[[['];
  if (random.chance(0.6)) return Buffer.from(random.pick(texts).repeat(1 + random.below(5)));
  return Buffer.from(Array.from({ length: 1 + random.below(300) }, () => random.below(256)));
}

/** Two lines change places. */
function swapped(bytes: Buffer, random: Random): Buffer {
  const lines = bytes.toString('latin1').split('\n');
  const [one, two] = [random.below(lines.length), random.below(lines.length)];
  [lines[one], lines[two]] = [lines[two] ?? '', lines[one] ?? ''];
  return Buffer.from(lines.join('\n'), 'latin1');
}

/** A piece from elsewhere in the file overwrites another. */
function spliced(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  const from = random.below(copy.length);
  bytes.copy(copy, random.below(copy.length), from, Math.min(copy.length, from + 1 + random.below(500)));
  return copy;
}
