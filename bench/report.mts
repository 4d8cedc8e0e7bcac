import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rangeText, type Row, targetText, valueText, verdict } from './row.mts';

const folder = join(import.meta.dirname, 'results');
const readme = join(import.meta.dirname, 'README.md');
const begin = '<!-- results: written by npm run bench -->';
const end = '<!-- end of results -->';

export interface SuiteResult {
  readonly suite: string;
  readonly title: string;
  readonly rows: readonly Row[];
  /** What could not be measured on that machine, and why. */
  readonly skipped: readonly string[];
}

/** Keeps the result of one suite, for the table, in place of the one before. */
export function saveResult(result: SuiteResult): void {
  mkdirSync(folder, { recursive: true });
  const rows = result.rows.map(row => ({
    ...row,
    value: rounded(row.value),
    ...(row.range === undefined ? {} : { range: row.range.map(rounded) }),
    verdict: verdict(row),
  }));
  writeFileSync(join(folder, `${result.suite}.json`), `${JSON.stringify({ ...result, rows }, null, 2)}\n`);
}

/** Writes the table of the newest result of every suite into bench/README.md. */
export function writeTable(order: readonly string[]): void {
  const results = readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as SuiteResult)
    .sort((a, b) => order.indexOf(a.suite) - order.indexOf(b.suite));
  const text = readFileSync(readme, 'utf8');
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`bench/README.md lacks ${begin} or ${end}.`);
  writeFileSync(readme, `${before}${begin}\n\n${results.map(section).join('\n')}\n${end}${after}`);
}

function section({ title, rows, skipped }: SuiteResult): string {
  const lines = rows.map(row => {
    const cells = [row.quantity, valueText(row), rangeText(row), targetText(row), verdict(row)];
    return `| ${cells.join(' | ')} |`;
  });
  const missing = skipped.map(reason => `\nNot measured: ${reason}\n`);
  const head = '| quantity | measured | rounds from, to | must be | |\n| --- | --- | --- | --- | --- |';
  return `### ${title}\n\n${head}\n${lines.join('\n')}\n${missing.join('')}`;
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
