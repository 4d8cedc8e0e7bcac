import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conditionsText, type Conditions } from './conditions.mts';
import { processorText, rangeText, type Row, targetText, valueText, verdict } from './row.mts';
import type { SuitePart } from './suite.mts';

const folder = join(import.meta.dirname, 'results');
const readme = join(import.meta.dirname, 'README.md');
const begin = '<!-- results: written by npm run bench -->';
const end = '<!-- end of results -->';

/** What was measured in one go. */
interface Section {
  readonly title: string;
  readonly measured: Conditions;
  readonly rows: readonly Row[];
  /** What could not be measured on that machine, and why. */
  readonly skipped: readonly string[];
}

/** One file of bench/results: a section, or for a suite of parts one for each. */
export type SuiteResult = { readonly suite: string } & (
  Section | { readonly title: string; readonly parts: Readonly<Record<string, Section>> }
);

/** Keeps the result of one suite, for the table, in place of the one before. */
export function saveResult(suite: string, section: Section): void {
  write({ suite, ...withVerdicts(section) });
}

/** Keeps what was measured of one part of a suite. */
export function savePart(suite: string, title: string, part: SuitePart, measured: Conditions): void {
  write({ suite, title, parts: withPart(read(`${suite}.json`), part, measured) });
}

/** The parts of a suite with one measured anew: the others stay as they were measured before. */
export function withPart(
  before: SuiteResult | undefined,
  { part, ...rest }: SuitePart,
  measured: Conditions,
): Readonly<Record<string, Section>> {
  const parts = before !== undefined && 'parts' in before ? before.parts : {};
  return { ...parts, [part]: withVerdicts({ ...rest, measured }) };
}

/** Writes the tables of the newest result of every suite into bench/README.md. */
export function writeTables(order: readonly string[]): void {
  const [before, , after] = readmeParts();
  writeFileSync(readme, `${before}${begin}${tables(order)}${end}${after}`);
}

/** The tables as the files of bench/results have them. */
export function tables(order: readonly string[]): string {
  const results = readdirSync(folder)
    .map(read)
    .filter(result => result !== undefined)
    .sort((a, b) => order.indexOf(a.suite) - order.indexOf(b.suite));
  return `\n\n${results.map(suiteText).join('\n')}\n`;
}

/** The tables as bench/README.md has them. */
export function tablesInReadme(): string {
  return readmeParts()[1];
}

function readmeParts(): readonly [string, string, string] {
  const text = readFileSync(readme, 'utf8');
  const [before, rest] = text.split(begin);
  const [inside, after] = rest?.split(end) ?? [];
  if (before === undefined || inside === undefined || after === undefined)
    throw new Error(`bench/README.md lacks ${begin} or ${end}.`);
  return [before, inside, after];
}

function read(name: string): SuiteResult | undefined {
  if (!name.endsWith('.json')) return undefined;
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8')) as SuiteResult;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function write(result: SuiteResult): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${result.suite}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

function withVerdicts(section: Section): Section {
  const rows = section.rows.map(row => ({
    ...row,
    value: rounded(row.value),
    ...(row.range === undefined ? {} : { range: row.range.map(rounded) as [number, number] }),
    ...(row.processor === undefined ? {} : { processor: rounded(row.processor) }),
    verdict: verdict(row),
  }));
  return { ...section, rows };
}

function suiteText(result: SuiteResult): string {
  if (!('parts' in result)) return `### ${result.title}\n\n${sectionText(result)}`;
  const parts = Object.values(result.parts);
  return `### ${result.title}\n\n${parts.map(part => `#### ${part.title}\n\n${sectionText(part)}`).join('\n')}`;
}

function sectionText({ measured, rows, skipped }: Section): string {
  const hasProcessor = rows.some(row => row.processor !== undefined);
  const cells = (row: Row): string[] => [
    ...[row.quantity, valueText(row), rangeText(row)],
    ...(hasProcessor ? [processorText(row)] : []),
    ...[targetText(row), verdict(row)],
  ];
  const head = [
    ...['quantity', 'measured', 'rounds from, to'],
    ...(hasProcessor ? ['in processor time'] : []),
    ...['must be', ''],
  ];
  const table = [head, head.map(() => '---'), ...rows.map(cells)].map(row => `| ${row.join(' | ')} |\n`);
  return [
    ...(rows.length === 0 ? [] : table),
    ...skipped.map(reason => `\nNot measured: ${reason}\n`),
    `\n${conditionsText(measured)}\n`,
  ].join('');
}

export function printRow(row: Row): void {
  const parts = [
    valueText(row).padStart(10),
    targetText(row).padEnd(18),
    verdict(row).padEnd(8),
    row.quantity,
  ];
  console.log(parts.join('  '));
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
