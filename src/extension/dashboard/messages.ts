import { ENDED_OUTCOMES } from '../../core/outcome.ts';
import type {
  BarRow,
  BarTable,
  Choice,
  DashboardView,
  Figure,
  OutcomeColumn,
  OutcomePart,
  OutcomesChart,
} from './dashboardView.ts';
import { anyOf, listOf, number, oneOf, orNull, record, type Shape, text } from './shape.ts';

/** What a person chose to see. */
export interface Selection {
  readonly period: string;
  /** The folder's URI; `''` means all folders. */
  readonly folder: string;
}

export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'choose'; readonly selection: Selection }
  | { readonly type: 'open'; readonly mark: string }
  | { readonly type: 'export'; readonly format: 'csv' | 'json' }
  | { readonly type: 'runTask' };

export type ToPage =
  | { readonly type: 'show'; readonly view: DashboardView }
  | { readonly type: 'busy'; readonly text: string }
  | { readonly type: 'problem'; readonly text: string };

const line = text(2_000);
const id = text(500);
const mark = orNull(id);
const count = number(0, Number.MAX_SAFE_INTEGER);
const share = number(0, 1);

const selection = record<Selection>({ period: id, folder: text(8_000) });

const choice = record<Choice>({
  ...{ label: line, selected: text(8_000) },
  options: listOf(record({ value: text(8_000), label: line }), 1_000),
});
const part = record<OutcomePart>({ outcome: oneOf(...ENDED_OUTCOMES), count, label: line, name: line, mark });
const column = record<OutcomeColumn>({
  ...{ label: line, name: line, total: line, mark },
  parts: listOf(part, ENDED_OUTCOMES.length),
});
const chart = record<OutcomesChart>({
  ...{ title: line, hint: line, tableTitle: line, columnHeader: line, totalHeader: line },
  ...{ legend: listOf(part, ENDED_OUTCOMES.length), top: count, topText: line, columns: listOf(column, 400) },
});
const row = record<BarRow>({
  ...{ label: line, share, filled: share, cells: listOf(line, 8), name: line, mark },
});
const table = record<BarTable>({
  ...{ id, title: line, emptyText: line, headers: listOf(line, 9), rows: listOf(row, 200) },
});
const figure = record<Figure>({ label: line, value: line, detail: line, mark });

const view = record<DashboardView>({
  ...{ title: line, periods: choice, folders: orNull(choice), emptyText: orNull(line), summary: line },
  buttons: record({ csv: line, json: line, runTask: line }),
  problems: listOf(line, 1_000),
  figures: listOf(figure, 8),
  notes: listOf(line, 8),
  outcomes: chart,
  tables: listOf(table, 12),
});

export const isSelection: Shape<Selection> = selection;

export const isFromPage: Shape<FromPage> = anyOf<FromPage>(
  record({ type: oneOf('ready') }),
  record({ type: oneOf('choose'), selection }),
  record({ type: oneOf('open'), mark: id }),
  record({ type: oneOf('export'), format: oneOf('csv', 'json') }),
  record({ type: oneOf('runTask') }),
);

export const isToPage: Shape<ToPage> = anyOf<ToPage>(
  record({ type: oneOf('show'), view }),
  record({ type: oneOf('busy'), text: line }),
  record({ type: oneOf('problem'), text: line }),
);
