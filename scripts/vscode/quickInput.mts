import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';

/** Tells that something hangs, not that the machine is busy. */
const waitMs = 60_000;
const pollMs = 50;

/** The box that drops down from the top: palette, input boxes and quick picks. */
export class QuickInput {
  readonly widget: Locator;
  readonly #input: Locator;
  readonly #rows: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.widget = page.locator('.quick-input-widget');
    this.#input = this.widget.locator('.quick-input-filter input, .quick-input-box input').first();
    this.#rows = this.widget.locator('.quick-input-list .monaco-list-row');
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
    await this.#input.fill(text);
  }

  /**
   * Answers the box that asks `question` (part of its title, prompt or placeholder) with a text and Enter; without a
   * text it takes the default. One box may follow another in the same place: the question tells them apart.
   */
  async answer(question: string, text?: string): Promise<void> {
    await this.untilAsks(question);
    if (text !== undefined) await this.fill(text);
    await this.#page.keyboard.press('Enter');
  }

  async untilAsks(question: string): Promise<void> {
    const deadline = performance.now() + waitMs;
    let seen = '';
    while (performance.now() < deadline) {
      seen = await this.asks();
      if (seen.includes(question)) return;
      await sleep(pollMs);
    }
    throw new Error(`Waited ${waitMs / 1000} s for "${question}". What is asked: "${seen}"`);
  }

  /** Title, prompt or validation message, and placeholder, on a line each; empty when nothing is asked. */
  async asks(): Promise<string> {
    if (!(await this.widget.isVisible())) return '';
    const texts = [await this.title(), await this.message(), await this.placeholder()];
    return texts.join('\n');
  }

  /** Waits until the palette has gone, or a command has put a question of its own in its place. */
  async untilPaletteClosed(): Promise<void> {
    const deadline = performance.now() + waitMs;
    while ((await this.widget.isVisible()) && (await this.value()).startsWith('>')) {
      if (performance.now() > deadline) throw new Error('The palette stays open.');
      await sleep(pollMs);
    }
  }

  async cancel(): Promise<void> {
    await this.#page.keyboard.press('Escape');
  }

  async value(): Promise<string> {
    return this.#input.inputValue();
  }

  async placeholder(): Promise<string> {
    return (await this.#input.getAttribute('placeholder')) ?? '';
  }

  async title(): Promise<string> {
    return this.widget.locator('.quick-input-title').innerText();
  }

  /** The prompt or validation message below the input. */
  async message(): Promise<string> {
    return this.widget.locator('.quick-input-message').innerText();
  }

  /** The rows on screen, as a screen reader says them: label, description and detail. */
  async rows(): Promise<string[]> {
    const rows = await this.#rows.all();
    return Promise.all(
      rows.map(async row => (await row.getAttribute('aria-label')) ?? (await row.innerText())),
    );
  }

  /** Chooses the row whose label is exactly `label`. */
  async pick(label: string): Promise<void> {
    const name = this.#page.locator('.label-name', { hasText: new RegExp(`^\\s*${escape(label)}\\s*$`) });
    const row = this.#rows.filter({ has: name }).first();
    await row.waitFor({ timeout: waitMs });
    await row.click();
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
