import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { reachByKey, reachByMouse } from './reach.mts';

/** Tells that something hangs, not that the machine is busy. */
const waitMs = 120_000;
/** How long one try of several may take. */
const tryMs = 3000;
const pollMs = 50;

/** What is read of a row in the page. */
interface DrawnRow {
  readonly innerText: string;
  getAttribute(name: string): string | null;
}

/** The box that drops down from the top: palette, input boxes and quick picks. */
export class QuickInput {
  readonly widget: Locator;
  readonly input: Locator;
  readonly #rows: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    // One that is just fading away takes nothing any more: it is inert.
    this.widget = page.locator('.quick-input-widget:not([inert])');
    this.input = this.widget.locator('.quick-input-filter input, .quick-input-box input').first();
    this.#rows = this.widget.locator('.quick-input-list .monaco-list-row');
  }

  /**
   * Runs a command by its title. Whatever takes the focus from the palette closes it: it is opened again until the
   * command's row has got a click, and never after that.
   */
  async runCommand(title: string): Promise<void> {
    await this.#until(`the palette to run "${title}"`, async () => {
      if (!(await this.#openPalette())) return false;
      if (!(await this.#filled(`>${title}`))) return false;
      const isOffered = await this.#tried(async () => {
        if (!(await this.#isPalette())) return false;
        return (await this.#row(title).isVisible()) || undefined;
      });
      return isOffered && reachByMouse(this.#row(title));
    });
    await this.#until('the palette to close', async () => !(await this.#isPalette()));
  }

  /** A palette that lists commands as they are now. */
  async #openPalette(): Promise<boolean> {
    // It asks for the commands once.
    if (await this.#isPalette()) await this.cancel();
    await this.#page.keyboard.press('F1');
    return this.#tried(async () => (await this.#isPalette()) || undefined);
  }

  async #isPalette(): Promise<boolean> {
    return (await this.isOpen()) && (await this.value()).startsWith('>');
  }

  async untilOpen(): Promise<void> {
    await this.widget.waitFor({ state: 'visible', timeout: waitMs });
  }

  async untilClosed(): Promise<void> {
    await this.widget.waitFor({ state: 'hidden', timeout: waitMs });
  }

  async isOpen(): Promise<boolean> {
    return this.widget.isVisible();
  }

  async fill(text: string): Promise<void> {
    await this.#until(`a box to write "${text}" into`, () => this.#filled(text));
  }

  /** Whether a text could be written into the box that is open now. */
  async #filled(text: string): Promise<boolean> {
    return this.input.fill(text, { timeout: tryMs }).then(
      () => true,
      () => false,
    );
  }

  /**
   * Answers the box that asks `question` (part of its title, prompt or placeholder) with a text and Enter; without a
   * text it takes the default. One box may follow another in the same place: the question tells them apart.
   */
  async answer(question: string, text?: string): Promise<void> {
    await this.untilAsks(question);
    if (text !== undefined) await this.fill(text);
    await this.press('Enter');
  }

  /** Presses a key in the box, also when something else has the focus. */
  async press(key: string): Promise<void> {
    await this.#until(`the box to get ${key}`, () => reachByKey(this.input, key));
  }

  async untilAsks(question: string): Promise<void> {
    let seen = '';
    const isAsked = async () => {
      seen = await this.asks();
      return seen.includes(question);
    };
    await this.#until(`"${question}" to be asked`, isAsked, () => `What is asked: "${seen}"`);
  }

  /** Title, prompt or validation message, and placeholder, on a line each; empty when nothing is asked. */
  async asks(): Promise<string> {
    if (!(await this.isOpen())) return '';
    const texts = [await this.title(), await this.message(), await this.placeholder()];
    return texts.join('\n');
  }

  /** Closes what is open, if anything is. */
  async cancel(): Promise<void> {
    await this.#until('the box to close', async () => {
      if (!(await this.isOpen())) return true;
      await reachByKey(this.input, 'Escape');
      return this.#tried(async () => !(await this.isOpen()) || undefined);
    });
  }

  /** What is in the input; empty when nothing is asked. */
  async value(): Promise<string> {
    return this.input.evaluateAll((inputs: readonly { value: string }[]) => inputs[0]?.value ?? '');
  }

  async placeholder(): Promise<string> {
    return this.input.evaluateAll(
      (inputs: readonly { placeholder: string }[]) => inputs[0]?.placeholder ?? '',
    );
  }

  async title(): Promise<string> {
    return this.#text('.quick-input-title');
  }

  /** The prompt or validation message below the input. */
  async message(): Promise<string> {
    return this.#text('.quick-input-message');
  }

  /** What a part of the box says now. */
  async #text(selector: string): Promise<string> {
    const parts = this.widget.locator(selector);
    return parts.evaluateAll((found: readonly { innerText: string }[]) => found[0]?.innerText ?? '');
  }

  /** The rows on screen, as a screen reader says them: label, description and detail. */
  async rows(): Promise<string[]> {
    // In one go: a list replaces its rows while it is read.
    return this.#rows.evaluateAll((rows: readonly DrawnRow[]) =>
      rows.map(row => row.getAttribute('aria-label') ?? row.innerText),
    );
  }

  /** Chooses the row whose label is exactly `label`. */
  async pick(label: string): Promise<void> {
    await this.#until(`the row "${label}" to be chosen`, () => reachByMouse(this.#row(label)));
  }

  #row(label: string): Locator {
    const name = this.#page.locator('.label-name', { hasText: new RegExp(`^\\s*${escape(label)}\\s*$`) });
    return this.#rows.filter({ has: name }).first();
  }

  async #until(what: string, probe: () => Promise<boolean>, detail = () => ''): Promise<void> {
    const deadline = performance.now() + waitMs;
    while (!(await probe())) {
      if (performance.now() > deadline)
        throw new Error(`Waited ${waitMs / 1000} s in vain for ${what}. ${detail()}`.trim());
      await sleep(pollMs);
    }
  }

  /** Whether something comes true soon. False from `probe` says that it will not any more. */
  async #tried(probe: () => Promise<boolean | undefined>): Promise<boolean> {
    const deadline = performance.now() + tryMs;
    for (;;) {
      const result = await probe();
      if (result !== undefined) return result;
      if (performance.now() > deadline) return false;
      await sleep(pollMs);
    }
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
