import * as z from 'zod';

const schema = z.object({
  jsx: z.string().optional().catch(undefined),
  module: z.string().optional().catch(undefined),
  moduleResolution: z.string().optional().catch(undefined),
  allowImportingTsExtensions: z.boolean().optional().catch(undefined),
  rewriteRelativeImportExtensions: z.boolean().optional().catch(undefined),
  erasableSyntaxOnly: z.boolean().optional().catch(undefined),
});

/** What recipes read of a `tsconfig.json`. */
export type CompilerOptions = z.infer<typeof schema>;

/** Takes what can be read of a `tsconfig.json` with comments and trailing commas. */
export function parseCompilerOptions(text: string | undefined): CompilerOptions {
  const parsed = z.object({ compilerOptions: schema }).safeParse(parseWithComments(text ?? '{}'));
  return parsed.success ? parsed.data.compilerOptions : {};
}

function parseWithComments(text: string): unknown {
  // Strings are matched first, so that `//` in them stays.
  const bare = text
    .replace(/^\uFEFF/, '')
    .replace(
      /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
      (_, string: string | undefined) => string ?? '',
    )
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? '');
  try {
    return JSON.parse(bare);
  } catch {
    return undefined;
  }
}
