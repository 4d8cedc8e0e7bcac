import { readFile, writeFile } from 'node:fs/promises';

const FILE = 'SECURITY.md';
const BEGIN = '<!-- figures of npm run test:crash: written by it, do not edit -->';
const END = '<!-- end of figures -->';

interface Figures {
  readonly suite: string;
  readonly seed: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly fired: Readonly<Record<string, number>>;
  readonly problems: number;
}

/** The table of what every suite did and found. `text`: one JSON document a line. */
export function crashTable(text: string, tier: string, seconds: number): string {
  const rows = text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Figures);
  const lines = merged(rows).map(
    ({ suite, counts, fired, problems, seed }) =>
      `| ${suite} | ${list(counts)} | ${list(fired) || '-'} | ${problems} | ${seed} |`,
  );
  return [
    `Tier \`${tier}\`, ${process.platform}, ${seconds} s in all.`,
    '',
    '| suite | what was done | what was injected and took effect | promises broken | seed |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

/** One row a suite, however many tests it has. */
function merged(rows: readonly Figures[]): Figures[] {
  const suites = new Map<string, Figures>();
  for (const row of rows) {
    const before = suites.get(row.suite);
    suites.set(row.suite, {
      ...row,
      counts: sum(before?.counts ?? {}, row.counts),
      fired: sum(before?.fired ?? {}, row.fired),
      problems: (before?.problems ?? 0) + row.problems,
    });
  }
  return [...suites.values()];
}

type Numbers = Readonly<Record<string, number>>;

function sum(one: Numbers, other: Numbers): Numbers {
  const all: Record<string, number> = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const before = all[name] ?? 0;
    all[name] = name.includes('at most') ? Math.max(before, value) : before + value;
  }
  return all;
}

/** Puts the table in its place in SECURITY.md, which is made when it is missing. */
export async function writeCrashTable(table: string): Promise<void> {
  const before = await readFile(FILE, 'utf8').catch(() => '# Security\n');
  const section = `${BEGIN}\n\n${table}\n\n${END}`;
  const begin = before.indexOf(BEGIN);
  const end = before.indexOf(END);
  const after =
    begin >= 0 && end > begin
      ? before.slice(0, begin) + section + before.slice(end + END.length)
      : `${before.trimEnd()}\n\n## Figures of the failure suites\n\n${section}\n`;
  await writeFile(FILE, after);
}

function list(numbers: Numbers): string {
  return Object.entries(numbers)
    .map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
    .join(', ');
}
