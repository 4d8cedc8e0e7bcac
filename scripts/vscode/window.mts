import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { QuickInput } from './quickInput.mts';
import { reachByKey, reachByMouse } from './reach.mts';

/** Limits tell that something hangs, not that the machine is busy. */
const startTimeoutMs = 180_000;
const waitMs = 120_000;
/** How long one try of several may take. */
const tryMs = 3000;
const pollMs = 100;
export const screenshotFolder = resolve(import.meta.dirname, '../../out/screenshots');

export interface TreeRow {
  /** What a screen reader says; label and description together. */
  readonly label: string;
  readonly level: number;
  /** Undefined for a row without children. */
  readonly expanded: boolean | undefined;
  readonly selected: boolean;
}

/** What is read of an element in the page. */
interface DrawnRow {
  readonly textContent: string;
  getAttribute(name: string): string | null;
  closest(selector: string): { matches(selector: string): boolean } | null;
}

/** A VS Code window in a browser, and what a person does in it. */
export class EditorWindow {
  readonly page: Page;
  readonly quickInput: QuickInput;
  readonly #url: string;

  constructor(page: Page, url: string) {
    this.page = page;
    this.quickInput = new QuickInput(page);
    this.#url = url;
  }

  /** Opens the page and waits until the workbench, its status bar and its extension host are there. */
  async open(): Promise<void> {
    await this.page.goto(this.#url);
    await this.#untilReady();
  }

  /** What "Reload Window" does: the page and the extension host start anew, what they stored stays. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.#untilReady();
  }

  async #untilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: startTimeoutMs });
    await this.page.locator('.part.statusbar .statusbar-item').first().waitFor({ timeout: startTimeoutMs });
    const problems = this.page.locator('.statusbar-item[id="status.problems"]');
    await problems.waitFor({ timeout: startTimeoutMs });
  }

  /** Runs a command by its palette title, for example "Coding Agent: Create Session". */
  async runCommand(title: string): Promise<void> {
    await this.quickInput.runCommand(title);
  }

  /** Shows a view container by its name in the activity bar, and leaves it open if it is already. */
  async openViewContainer(name: string): Promise<void> {
    const action = this.page.locator('.part.activitybar .action-item', {
      has: this.page.locator(`.action-label[aria-label^="${name}"]`),
    });
    await action.waitFor({ timeout: waitMs });
    const isShown = async () =>
      (await action.getAttribute('aria-selected')) === 'true' ||
      (await action.locator('.action-label').getAttribute('aria-expanded')) === 'true';
    await this.until(`${name} in the sidebar`, async () => {
      if (await isShown()) return true;
      // A second click would close it again.
      if (!(await reachByMouse(action))) return false;
      return this.until(`${name} to open`, isShown);
    });
  }

  /** A section of the sidebar by its heading. */
  pane(heading: string): Locator {
    const header = this.page.locator('.pane-header', {
      has: this.page.locator('.title', { hasText: heading }),
    });
    return this.page.locator('.part.sidebar .pane', { has: header });
  }

  /** The tree rows that are on screen, from top to bottom: in one pane, or in the whole sidebar. */
  async rows(pane?: string): Promise<TreeRow[]> {
    const scope = pane === undefined ? this.page.locator('.part.sidebar') : this.pane(pane);
    // In one go: a list replaces its rows while it is read.
    const found = await scope.locator('.monaco-list-row').evaluateAll((rows: readonly DrawnRow[]) =>
      rows.map(row => ({
        index: Number(row.getAttribute('data-index')),
        label: row.getAttribute('aria-label') ?? row.textContent,
        level: Number(row.getAttribute('aria-level') ?? '1'),
        expanded: row.getAttribute('aria-expanded'),
        selected: row.getAttribute('aria-selected') === 'true',
      })),
    );
    return found
      .sort((a, b) => a.index - b.index)
      .map(({ index: _, expanded, ...row }) => ({ ...row, expanded: parseFlag(expanded) }));
  }

  /** The first tree row whose text contains `text`. */
  row(text: string): Locator {
    return this.page.locator('.part.sidebar .monaco-list-row', { hasText: text }).first();
  }

  /** Clicks a row once. Rows move while others come, and change while they are looked at. */
  async clickRow(text: string): Promise<void> {
    await this.click(this.row(text), `the row of ${text}`);
  }

  /** Clicks a row and waits until it is selected and keys go to its list. */
  async selectRow(text: string): Promise<void> {
    await this.clickRow(text);
    await this.until(`${text} to be selected`, () =>
      this.row(text).evaluate(
        (row: DrawnRow) =>
          row.getAttribute('aria-selected') === 'true' &&
          row.closest('.monaco-list')?.matches(':focus-within') === true,
      ),
    );
  }

  /** Opens a row that has others below it, and leaves it open if it is already. */
  async expandRow(text: string): Promise<void> {
    const isOpen = async () => (await this.row(text).getAttribute('aria-expanded')) === 'true';
    if (await isOpen()) return;
    await this.clickRow(text);
    await this.until(`${text} to open`, isOpen);
  }

  /** Selects a row and presses a key there. */
  async pressInRow(text: string, key: string): Promise<void> {
    await this.selectRow(text);
    const list = this.page.locator('.part.sidebar .monaco-list', {
      has: this.page.locator('.monaco-list-row', { hasText: text }),
    });
    await this.until(`${text} to get ${key}`, () => reachByKey(list.first(), key));
  }

  /** Clicks a button that a row has while the pointer is over it. */
  async clickInRow(text: string, button: string): Promise<void> {
    await this.until(`${button} in the row of ${text}`, async () => {
      const isOver = await this.row(text)
        .hover({ timeout: tryMs })
        .then(
          () => true,
          () => false,
        );
      return isOver && reachByMouse(this.row(text).getByRole('button', { name: button }));
    });
  }

  /** Clicks something once, whatever comes in between. */
  async click(target: Locator, what: string): Promise<void> {
    await this.until(`a click on ${what}`, () => reachByMouse(target));
  }

  /** Points at a row until what is shown then includes a text (its spaces are plain ones). */
  async hoverRow(row: string, text: string): Promise<void> {
    await this.until(`the hover of ${row}`, async () => {
      await this.page.mouse.move(0, 0);
      await this.row(row)
        .hover({ timeout: tryMs })
        .catch(() => undefined);
      const hover = this.page.locator('.monaco-hover').filter({ hasText: text });
      return hover
        .first()
        .waitFor({ timeout: tryMs })
        .then(
          () => true,
          () => false,
        );
    });
  }

  /** Opens the menu of the first tree row whose text contains `row`. */
  async openMenuOf(row: string): Promise<void> {
    await this.until(`the menu of ${row}`, async () => {
      // It may have closed again before it was seen.
      if (!(await this.menuEntries().first().isVisible())) await reachByMouse(this.row(row), 'contextmenu');
      return this.menuEntries()
        .first()
        .waitFor({ timeout: tryMs })
        .then(
          () => true,
          () => false,
        );
    });
  }

  /** Chooses an entry of the menu of the first tree row whose text contains `row`. */
  async chooseFor(row: string, entry: string): Promise<void> {
    const item = this.menuItems()
      .filter({ has: this.page.getByText(entry, { exact: true }) })
      .first();
    await this.until(`${entry} in the menu of ${row}`, async () => {
      await this.openMenuOf(row);
      // A menu hears the mouse after 100 ms by its page's clock; this timer was set later than that one.
      const isReady = item.evaluate(() => new Promise(resolve => setTimeout(resolve, 150)), null, {
        timeout: tryMs,
      });
      return isReady.then(
        () => reachByMouse(item, 'mouseup'),
        () => false,
      );
    });
  }

  /** The entries of the menu that is open. One that is just fading away is inert. */
  menuItems(): Locator {
    return this.page.locator('.context-view:not([inert]) .monaco-menu .action-item');
  }

  /** Their texts. */
  menuEntries(): Locator {
    return this.menuItems().locator('.action-label');
  }

  /** The texts of the visible status-bar items. An icon is not in the text. */
  async statusBarItems(): Promise<string[]> {
    const texts = await this.page.locator('.part.statusbar .statusbar-item').allInnerTexts();
    return texts.map(text => text.trim()).filter(text => text !== '');
  }

  statusBarItem(text: string): Locator {
    return this.page.locator('.part.statusbar .statusbar-item', { hasText: text }).first();
  }

  /** The lines of the panel (output, terminal) that are on screen. */
  async panelText(): Promise<string> {
    const lines = await this.page.locator('.part.panel .view-line').all();
    const placed = await Promise.all(
      lines.map(async line => ({ top: (await line.boundingBox())?.y ?? 0, text: await line.innerText() })),
    );
    return plain(placed);
  }

  /** The lines of the active editor that are on screen. */
  async editorText(): Promise<string> {
    const lines = await this.page.locator('.part.editor .editor-instance .view-line').all();
    const placed = await Promise.all(
      lines.map(async line => ({ top: (await line.boundingBox())?.y ?? 0, text: await line.innerText() })),
    );
    return plain(placed);
  }

  async notifications(): Promise<string[]> {
    return this.page.locator('.notification-toast').allInnerTexts();
  }

  /** The text of a modal dialog, or undefined when there is none. */
  async dialog(): Promise<string | undefined> {
    const dialog = this.page.locator('.monaco-dialog-box');
    return (await dialog.count()) === 0 ? undefined : dialog.first().innerText();
  }

  /** Trusts the folder of a window that is in Restricted Mode, in the editor that VS Code has for that. */
  async trust(): Promise<void> {
    await this.runCommand('Workspaces: Manage Workspace Trust');
    const buttons = this.page.locator('.workspace-trust-editor').getByRole('button', { name: /^Trust/ });
    await this.click(buttons.first(), 'Trust');
    await this.statusBarItem('Restricted Mode').waitFor({ state: 'hidden', timeout: waitMs });
    const overlay = this.page.locator('.monaco-modal-editor-block');
    await this.until('the editor of trust to close', async () => {
      if (!(await overlay.isVisible())) return true;
      await reachByMouse(overlay.getByRole('button', { name: /^Close/ }).first());
      return !(await overlay.isVisible());
    });
  }

  /** Waits until `probe` returns something that is neither false nor undefined, and returns that. */
  async until<T>(what: string, probe: () => Promise<T | false | undefined>, timeoutMs = waitMs): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
      if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs / 1000} s in vain: ${what}`);
      await sleep(pollMs);
    }
  }

  /** Saves what is on screen and returns the path. */
  async screenshot(name: string): Promise<string> {
    const path =
      resolve(name) === name ? name : join(screenshotFolder, `${name.replace(/[^\w./-]+/g, '-')}.png`);
    await mkdir(dirname(path), { recursive: true });
    await this.page.screenshot({ path });
    return path;
  }
}

function parseFlag(value: string | null): boolean | undefined {
  return value === null ? undefined : value === 'true';
}

/** Monaco draws spaces as no-break spaces and its lines in no particular order. */
function plain(lines: { top: number; text: string }[]): string {
  const sorted = lines.sort((a, b) => a.top - b.top).map(line => line.text.replaceAll('\u00a0', ' '));
  return sorted.join('\n');
}
