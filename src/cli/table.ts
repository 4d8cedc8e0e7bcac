import type { Style } from './style.ts';
import { fit, padEnd, padStart, textWidth } from './textWidth.ts';

export interface Column {
  readonly header: string;
  readonly align?: 'right';
  /** Gives way when the table is too wide. One column at most. */
  readonly flexible?: boolean;
}

export interface Cell {
  readonly text: string;
  readonly style?: (text: string) => string;
}

const GAP = '  ';
const MIN_FLEXIBLE = 12;

/** Rows in columns, no wider than `width`; `undefined` when that is too narrow for all of them. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
  style: Style,
): string[] | undefined {
  const natural = columns.map((column, index) =>
    Math.max(textWidth(column.header), ...rows.map(row => textWidth(row[index]?.text ?? ''))),
  );
  const fixed = natural.filter((_, index) => columns[index]?.flexible !== true);
  const room = width - fixed.reduce((sum, each) => sum + each, 0) - GAP.length * (columns.length - 1);
  const widths = natural.map((each, index) =>
    columns[index]?.flexible === true ? Math.min(each, room) : each,
  );
  const needed = Math.min(MIN_FLEXIBLE, ...natural.filter((_, index) => columns[index]?.flexible === true));
  if (room < (fixed.length === columns.length ? 0 : needed)) return undefined;
  const line = (cells: readonly Cell[]): string =>
    cells
      .map(({ text, style: paint }, index) => {
        const cut = fit(text, widths[index] ?? 0);
        const pad = columns[index]?.align === 'right' ? padStart : padEnd;
        const padded = index === cells.length - 1 && pad === padEnd ? cut : pad(cut, widths[index] ?? 0);
        return paint === undefined ? padded : padded.replace(cut, () => paint(cut));
      })
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ header }) => ({ text: header, style: style.dim }))), ...rows.map(line)];
}

/** Names and what they stand for, in two columns. Entries without a value are left out. */
export function facts(
  entries: readonly (readonly [name: string, value: string | undefined])[],
  style: Style,
): string[] {
  const known = entries.filter(
    (entry): entry is readonly [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  const width = Math.max(0, ...known.map(([name]) => textWidth(name)));
  return known.map(([name, value]) => `  ${style.dim(padEnd(name, width))}  ${value}`);
}
