import type { Random } from './random.mts';

const WORDS = 20_000;
const syllables = (
  'ba be bi bo bu ca ce co cu da de di do du fa fe fi fo ga ge gi go ha he hi ho ja je jo ka ke ki ko la le li lo lu ma me mi mo mu ' +
  'na ne ni no nu pa pe pi po pu qua ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa we wi xe ya yo za ze zi zo str thr ing ' +
  'tion ment able er or al ic ex un pre con inter trans sch ght'
).split(' ');

/** Rank in the vocabulary to a word that is always the same. */
function wordOf(rank: number): string {
  let word = '';
  let rest = rank * 7919 + 13;
  const length = 2 + (rank % 3);
  for (let index = 0; index < length; index++) {
    word += syllables[rest % syllables.length] ?? '';
    rest = Math.floor(rest / syllables.length) + rank * 31;
  }
  return rank % 11 === 0 ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}

const vocabulary = Array.from({ length: WORDS }, (_, rank) => wordOf(rank));

/** As often as words are in prose and code: the tenth most frequent a tenth as often as the first. */
function word(random: Random): string {
  return vocabulary[Math.floor(WORDS ** random.next()) - 1] ?? 'the';
}

/** What compilers, test runners and logs print: `length` characters of lines with words, paths, numbers and hashes. */
export function realisticText(random: Random, length: number): string {
  const lines: string[] = [];
  for (let size = 0; size < length;) {
    const line = `${lineOf(random)}\n`;
    lines.push(line);
    size += line.length;
  }
  return lines.join('').slice(0, length);
}

function lineOf(random: Random): string {
  const words = (count: number): string => Array.from({ length: count }, () => word(random)).join(' ');
  switch (random.below(6)) {
    case 0:
      return `src/${word(random)}/${word(random)}.ts:${random.below(400)}:${random.below(90)} - error TS${2000 + random.below(800)}: ${words(6)}`;
    case 1:
      return `  ✔ ${words(7)} (${random.below(900)}ms)`;
    case 2:
      return `[2026-0${1 + random.below(9)}-1${random.below(9)}T1${random.below(9)}:${10 + random.below(49)}:00.${100 + random.below(899)}Z] INFO ${words(8)}`;
    case 3:
      return `${random.hex(7)} ${words(6)}`;
    case 4:
      return `    at ${word(random)}.${word(random)} (/home/ada/app/node_modules/${word(random)}/dist/${word(random)}.js:${random.below(2000)}:${random.below(60)})`;
    default:
      return words(12);
  }
}
