import { inertText } from '../../core/inertText.ts';

/** Markup that is ours. Everything else that is put into a template is text. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | readonly Part[];

/** A template of markup in which every value is text, made inert, unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return new Markup(
    strings.reduce((text, part, index) => `${text}${textOf(values[index - 1] ?? '')}${part}`),
  );
}

function textOf(value: Part): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(textOf).join('');
  return inertText(String(value)).replace(/[&<>"'`=]/g, character => `&#${String(character.charCodeAt(0))};`);
}
