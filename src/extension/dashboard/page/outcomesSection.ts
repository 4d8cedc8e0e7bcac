import type { OutcomeColumn, OutcomePart, OutcomesChart } from '../dashboardView.ts';
import { element, markElement } from './element.ts';

/** Stacked columns: every part and every column is a button, each outcome has a pattern of its own, and a table says it all. */
export function outcomesSection(chart: OutcomesChart): HTMLElement {
  return element(
    'section',
    { class: 'card outcomes', 'aria-labelledby': 'outcomes-title', 'data-key': 'outcomes' },
    element('h2', { id: 'outcomes-title' }, chart.title),
    element(
      'ul',
      { class: 'legend' },
      ...chart.legend.map(part => element('li', { 'data-key': part.outcome }, legendMark(part))),
    ),
    element('p', { id: 'outcomes-hint', class: 'for-readers' }, chart.hint),
    element(
      'div',
      { class: 'plot' },
      element('span', { class: 'top', 'aria-hidden': 'true' }, chart.topText),
      element(
        'div',
        {
          class: 'columns',
          role: 'group',
          'aria-labelledby': 'outcomes-title',
          'aria-describedby': 'outcomes-hint',
        },
        ...chart.columns.map(column => columnElement(column, chart.top)),
      ),
    ),
    element(
      'details',
      {},
      element('summary', {}, chart.tableTitle),
      element(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': chart.tableTitle },
        tableOf(chart),
      ),
    ),
  );
}

function legendMark(part: OutcomePart): HTMLElement {
  return markElement(
    { mark: part.mark, name: part.name, class: 'legend-mark' },
    element('span', { class: `swatch ${part.outcome}`, 'aria-hidden': 'true' }),
    `${part.label} `,
    element('b', {}, part.count.toLocaleString(document.documentElement.lang)),
  );
}

function columnElement(column: OutcomeColumn, top: number): HTMLElement {
  const { mark, name, label, parts } = column;
  const shown = parts.filter(({ count }) => count > 0).toReversed();
  return element(
    'div',
    { class: 'column', 'data-key': name.split(':')[0] ?? name },
    mark === null ? null : markElement({ mark, name, class: 'whole', 'aria-label': name, tabindex: -1 }),
    element(
      'div',
      { class: 'stack' },
      ...shown.map(part =>
        markElement({
          ...{ mark: part.mark, name: part.name, 'aria-label': part.name, tabindex: -1 },
          ...{ class: `part ${part.outcome}`, 'data-key': part.outcome, '--share': part.count / top },
        }),
      ),
    ),
    element('span', { class: 'tick', 'aria-hidden': 'true' }, label),
  );
}

function tableOf(chart: OutcomesChart): HTMLElement {
  const headers = [chart.columnHeader, chart.totalHeader, ...chart.legend.map(({ label }) => label)];
  const rows = chart.columns.filter(({ mark }) => mark !== null).toReversed();
  return element(
    'table',
    {},
    element(
      'thead',
      {},
      element('tr', {}, ...headers.map(header => element('th', { scope: 'col' }, header))),
    ),
    element(
      'tbody',
      {},
      ...rows.map(({ name, total, parts }) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, name.split(':')[0] ?? name),
          element('td', {}, total),
          ...parts.map(({ count }) => element('td', {}, String(count))),
        ),
      ),
    ),
  );
}
