/** How code is laid out, apart from what it says. */
export interface CodeStyle {
  readonly quote: "'" | '"';
  readonly semicolons: boolean;
  readonly indent: string;
  readonly eol: '\n' | '\r\n';
}

/** The style that the templates are written in. */
export const templateStyle: CodeStyle = { quote: "'", semicolons: true, indent: '  ', eol: '\n' };

/**
 * Code in the template style, in another one. Templates keep to what makes this safe: `'` only encloses strings without
 * quotes in them, no line starts with a bracket or backtick, every `;` at the end of a line ends a statement or a member.
 */
export function restyle(code: string, style: CodeStyle): string {
  return code
    .split('\n')
    .map(line => {
      const [, spaces = '', text = ''] = /^( *)(.*)$/.exec(line) ?? [];
      const indented =
        style.indent.repeat(Math.floor(spaces.length / 2)) + ' '.repeat(spaces.length % 2) + text;
      const quoted = style.quote === "'" ? indented : indented.replaceAll("'", style.quote);
      return style.semicolons ? quoted : quoted.replace(/;$/, '');
    })
    .join(style.eol);
}
