import type { EndedOutcome } from '../../core/outcome.ts';

/** What the page draws: texts as the person reads them, shares from 0 to 1, and marks, by whose id the page says what was opened. */
export interface DashboardView {
  readonly title: string;
  readonly periods: Choice;
  /** Only where there is more than one folder. */
  readonly folders: Choice | null;
  readonly buttons: { readonly csv: string; readonly json: string; readonly runTask: string };
  /** What is not in the figures, and why. */
  readonly problems: readonly string[];
  /** Why there is nothing to draw; then the rest is empty. */
  readonly emptyText: string | null;
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
  readonly outcomes: OutcomesChart;
  readonly tables: readonly BarTable[];
  /** What a screen reader is told of an update. */
  readonly summary: string;
}

export interface Choice {
  readonly label: string;
  readonly selected: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly detail: string;
  readonly mark: string | null;
}

export interface OutcomesChart {
  readonly title: string;
  /** How to go through it with the keyboard. */
  readonly hint: string;
  readonly tableTitle: string;
  readonly columnHeader: string;
  readonly totalHeader: string;
  readonly legend: readonly OutcomePart[];
  /** What the top of the chart stands for. */
  readonly top: number;
  readonly topText: string;
  readonly columns: readonly OutcomeColumn[];
}

export interface OutcomeColumn {
  /** Below the column; empty where there is no room for it. */
  readonly label: string;
  readonly name: string;
  readonly total: string;
  readonly mark: string | null;
  readonly parts: readonly OutcomePart[];
}

export interface OutcomePart {
  readonly outcome: EndedOutcome;
  readonly count: number;
  readonly label: string;
  /** In full, for a screen reader and a tooltip. */
  readonly name: string;
  readonly mark: string | null;
}

export interface BarTable {
  readonly id: string;
  readonly title: string;
  readonly emptyText: string;
  readonly headers: readonly string[];
  readonly rows: readonly BarRow[];
}

export interface BarRow {
  readonly label: string;
  readonly share: number;
  /** The part of the bar that is filled, such as completed tasks among all. */
  readonly filled: number;
  readonly cells: readonly string[];
  readonly name: string;
  readonly mark: string | null;
}
