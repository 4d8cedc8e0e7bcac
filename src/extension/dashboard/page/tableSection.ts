import type { BarRow, BarTable } from '../dashboardView.ts';
import { element, markElement } from './element.ts';

/** A table with a bar in every row. */
export function tableSection({ id, title, emptyText, headers, rows }: BarTable): HTMLElement {
  const titleId = `title-${id}`;
  const header = headers.map((text, index) =>
    element('th', { scope: 'col', ...(index === 0 ? {} : { class: 'figure' }) }, text),
  );
  return element(
    'section',
    { class: `card ${id}`, 'aria-labelledby': titleId, 'data-key': id },
    element('h2', { id: titleId }, title),
    rows.length === 0
      ? element('p', { class: 'quiet', 'data-key': 'empty' }, emptyText)
      : element(
          'table',
          { 'data-key': 'table', 'aria-labelledby': titleId },
          element('thead', {}, element('tr', {}, ...header)),
          element('tbody', {}, ...rows.map(rowElement)),
        ),
  );
}

function rowElement({ label, share, filled, cells, name, mark }: BarRow): HTMLElement {
  return element(
    'tr',
    { 'data-key': mark ?? label },
    element(
      'th',
      { scope: 'row' },
      markElement({ mark, name, class: 'row-mark' }, label),
      element(
        'span',
        { class: share === 0 ? 'bar none' : 'bar', 'aria-hidden': 'true', '--share': share },
        element('span', { class: 'fill', '--filled': filled }),
      ),
    ),
    ...cells.map(text => element('td', { class: 'figure' }, text)),
  );
}
