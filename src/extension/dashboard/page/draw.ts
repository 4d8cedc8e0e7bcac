import type { Choice, DashboardView, Figure } from '../dashboardView.ts';
import { element, markElement } from './element.ts';
import { outcomesSection } from './outcomesSection.ts';
import { tableSection } from './tableSection.ts';

/** The whole page for a view. */
export function draw(view: DashboardView): HTMLElement {
  const { title, periods, folders, buttons, problems, emptyText, figures, notes, outcomes, tables } = view;
  const body =
    emptyText === null
      ? [
          element('ul', { class: 'figures', 'data-key': 'figures' }, ...figures.map(figureElement)),
          element(
            'p',
            { class: 'notes', 'data-key': 'notes' },
            ...notes.map(note => element('span', {}, note)),
          ),
          outcomesSection(outcomes),
          element('div', { class: 'tables', 'data-key': 'tables' }, ...tables.map(tableSection)),
        ]
      : [
          element(
            'div',
            { class: 'empty', 'data-key': 'empty' },
            element('p', {}, emptyText),
            element('button', { type: 'button', class: 'primary', 'data-do': 'runTask' }, buttons.runTask),
          ),
        ];
  return element(
    'main',
    { id: 'dashboard' },
    element(
      'header',
      { 'data-key': 'header' },
      element('h1', {}, title),
      element(
        'div',
        { class: 'controls' },
        folders === null ? null : choiceElement('folder', folders),
        choiceElement('period', periods),
        element('button', { type: 'button', 'data-do': 'csv', 'data-key': 'csv' }, buttons.csv),
        element('button', { type: 'button', 'data-do': 'json', 'data-key': 'json' }, buttons.json),
      ),
    ),
    problems.length === 0
      ? null
      : element(
          'ul',
          { class: 'problems', 'data-key': 'problems' },
          ...problems.map(text => element('li', {}, text)),
        ),
    ...body,
  );
}

function choiceElement(name: string, { label, selected, options }: Choice): HTMLElement {
  const list = options.map(({ value, label: text }) =>
    element('option', { value, selected: value === selected }, text),
  );
  return element(
    'label',
    { 'data-key': name },
    element('span', {}, label),
    element('select', { 'data-choice': name }, ...list),
  );
}

function figureElement({ label, value, detail, mark }: Figure): HTMLElement {
  const name = `${label}: ${value}, ${detail}`;
  return element(
    'li',
    {},
    markElement(
      { mark, name, class: 'figure-mark' },
      element('span', { class: 'label' }, label),
      element('span', { class: 'value' }, value),
      element('span', { class: 'detail' }, detail),
    ),
  );
}
