import * as z from 'zod';
import { type CodeStyle, templateStyle } from './restyle.ts';

const prettierSchema = z.object({
  singleQuote: z.boolean().optional().catch(undefined),
  semi: z.boolean().optional().catch(undefined),
  useTabs: z.boolean().optional().catch(undefined),
  tabWidth: z.int().min(1).max(8).optional().catch(undefined),
  endOfLine: z.string().optional().catch(undefined),
});

export interface StyleSources {
  /** A prettier configuration, as read: JSON text, or the object in `package.json`. */
  readonly prettier?: unknown;
  readonly editorConfig?: string | undefined;
  /** Texts of files that the new one will stand beside. */
  readonly neighbours: readonly string[];
}

/** What prettier's configuration says, else `.editorconfig`, else the neighbours, else single quotes, semicolons and two spaces. */
export function detectStyle(sources: StyleSources): CodeStyle {
  const seen = styleOf(sources.neighbours);
  const edited = sources.editorConfig === undefined ? {} : parseEditorConfig(sources.editorConfig);
  const base = { ...templateStyle, ...seen, ...edited };
  const prettier = readPrettier(sources.prettier);
  if (prettier === undefined) return base;
  return {
    quote: prettier.singleQuote === true ? "'" : '"',
    semicolons: prettier.semi !== false,
    indent: prettierIndent(prettier) ?? edited.indent ?? '  ',
    eol: prettier.endOfLine === 'crlf' ? '\r\n' : prettier.endOfLine === 'lf' ? '\n' : base.eol,
  };
}

function prettierIndent({ useTabs, tabWidth }: z.infer<typeof prettierSchema>): string | undefined {
  if (useTabs === true) return '\t';
  return tabWidth === undefined ? undefined : ' '.repeat(tabWidth);
}

function readPrettier(source: unknown): z.infer<typeof prettierSchema> | undefined {
  const value = typeof source === 'string' ? readPrettierText(source) : source;
  const parsed = prettierSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** `.prettierrc` is JSON or, in its flat form, YAML. */
function readPrettierText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const entries = [...text.matchAll(/^(\w+):[ \t]*['"]?([\w.-]+)['"]?[ \t]*(?:#.*)?\r?$/gm)];
    if (entries.length === 0) return undefined;
    return Object.fromEntries(entries.map(([, key = '', value = '']) => [key, scalar(value)]));
  }
}

function scalar(text: string): unknown {
  if (text === 'true') return true;
  if (text === 'false') return false;
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** What the sections for all files, or for JavaScript and TypeScript, say. */
function parseEditorConfig(text: string): Partial<CodeStyle> {
  const values = new Map<string, string>();
  let applies = false;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[(.+)\]\s*$/.exec(line)?.[1];
    if (section !== undefined) applies = section === '*' || /\b(js|ts|tsx|jsx)\b/.test(section);
    const [, key, value] = /^\s*([\w-]+)\s*=\s*(\S+)\s*$/.exec(line) ?? [];
    if (applies && key !== undefined && value !== undefined)
      values.set(key.toLowerCase(), value.toLowerCase());
  }
  const size = Number(values.get('indent_size'));
  const spaces = Number.isInteger(size) && size >= 1 && size <= 8 ? ' '.repeat(size) : undefined;
  const indent = values.get('indent_style') === 'tab' ? '\t' : spaces;
  const eol = values.get('end_of_line');
  return {
    ...(indent === undefined ? {} : { indent }),
    ...(eol === 'lf' || eol === 'crlf' ? { eol: eol === 'lf' ? '\n' : '\r\n' } : {}),
  };
}

function styleOf(texts: readonly string[]): Partial<CodeStyle> {
  const all = texts.join('\n');
  const count = (pattern: RegExp) => [...all.matchAll(pattern)].length;
  const quotes = {
    single: count(/(from|import|require\() ?'/g),
    double: count(/(from|import|require\() ?"/g),
  };
  const statements = /^(?:import|export|const|let|return|module)\b.*[\w)'"`\]]/;
  const ended = count(new RegExp(`${statements.source};\\r?$`, 'gm'));
  const open = count(new RegExp(`${statements.source}\\r?$`, 'gm'));
  const tabs = count(/^\t+\S/gm);
  const widths = [...all.matchAll(/^( +)[^\s*]/gm)].map(([, spaces = '']) => spaces.length);
  const smallest = Math.min(...widths);
  return {
    ...(quotes.single === quotes.double ? {} : { quote: quotes.single > quotes.double ? "'" : '"' }),
    ...(ended === open ? {} : { semicolons: ended > open }),
    ...(tabs > widths.length
      ? { indent: '\t' }
      : smallest >= 2 && smallest <= 8
        ? { indent: ' '.repeat(smallest) }
        : {}),
    ...(all.includes('\r\n') ? { eol: '\r\n' } : {}),
  };
}
