import type { Locator, Page } from 'playwright-core';

const waitMs = 15_000;

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

  /** Types into an input box and presses Enter; without text it takes the default. */
  async answer(text?: string): Promise<void> {
    await this.untilOpen();
    if (text !== undefined) await this.fill(text);
    await this.#page.keyboard.press('Enter');
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

  /** The rows on screen: label, description and detail, on a line each. */
  async rows(): Promise<string[]> {
    return this.#rows.allInnerTexts();
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
