type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End';

const DIRECTIONS: readonly string[] = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'];

/** Moves the focus within the chart or a table; resolves with whether the key did. */
export function moveFocus(from: Element, key: string): boolean {
  if (!DIRECTIONS.includes(key)) return false;
  const to = nextMark(from, key as Direction);
  if (to === undefined) return false;
  to.focus();
  return true;
}

/** The chart is one stop of the Tab key: the mark that was focused last, at first the newest column. */
export function keepOneStop(page: Element): void {
  if (page.querySelector('.columns [tabindex="0"]') !== null) return;
  marksIn(page, '.columns .whole').at(-1)?.setAttribute('tabindex', '0');
}

export function becomeStop(mark: Element): void {
  const chart = mark.closest('.columns');
  if (chart === null) return;
  for (const other of marksIn(chart)) other.setAttribute('tabindex', other === mark ? '0' : '-1');
}

function nextMark(from: Element, key: Direction): HTMLElement | undefined {
  const column = from.closest('.column');
  if (column !== null) return nextInChart(from, column, key);
  const table = from.closest('tbody');
  if (table === null || key === 'ArrowLeft' || key === 'ArrowRight') return undefined;
  return step(marksIn(table), from, key);
}

function nextInChart(from: Element, column: Element, key: Direction): HTMLElement | undefined {
  // The column as a whole is below its parts, as its label is.
  if (key === 'ArrowUp' || key === 'ArrowDown') return step(marksOf(column), from, key);
  const columns = [...(column.parentElement?.children ?? [])].filter(each => marksIn(each).length > 0);
  const at = columns.indexOf(column);
  const wanted = { Home: 0, End: columns.length - 1, ArrowLeft: at - 1, ArrowRight: at + 1 }[key];
  const other = columns[wanted];
  if (other === undefined) return undefined;
  const kind = from.getAttribute('data-key');
  const alike = kind === null ? undefined : marksIn(other, `.part[data-key="${kind}"]`)[0];
  return alike ?? marksIn(other, '.whole')[0];
}

function marksOf(column: Element): HTMLElement[] {
  return [...marksIn(column, '.part'), ...marksIn(column, '.whole')];
}

function step(marks: readonly HTMLElement[], from: Element, key: Direction): HTMLElement | undefined {
  const at = marks.findIndex(mark => mark === from);
  if (key === 'Home') return marks[0];
  if (key === 'End') return marks.at(-1);
  return marks[key === 'ArrowUp' ? at - 1 : at + 1];
}

function marksIn(within: Element, selector = ''): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>(`${selector}[data-mark]`)];
}
