import * as z from 'zod';

const line = z
  .string()
  .min(1)
  .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'must be one line of visible text');

const relativePath = line
  .max(300)
  .refine(
    isRelativePath,
    'must be a relative path with "/", inside the workspace, without "." and ".." as names',
  );

const content = z
  .union([z.string().max(100_000), z.array(z.string().max(10_000)).max(5_000)])
  .describe('The text of the file, as one string or as one string for each line. It ends with one newline.');

/** A recipe as people write it: `media/recipes.md` explains it to them, `schemas/recipe.schema.json` to their editor. */
export const recipeFile = z
  .strictObject({
    $schema: z.string().optional(),
    name: z
      .string()
      .max(64)
      .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be in lower case with dashes, such as "new-service"')
      .describe('What the recipe is called in messages.'),
    match: z
      .union([line.max(200), z.array(line.max(200)).min(1).max(10)])
      .describe(
        'The instruction, or several that mean the same. {name} stands for one word of letters, digits, "-" and "_".',
      ),
    files: z
      .array(z.strictObject({ path: relativePath, content }))
      .max(50)
      .optional()
      .describe('Files to create. One that exists already fails the task before anything is written.'),
    commands: z
      .array(line.max(2_000))
      .max(20)
      .optional()
      .describe(
        'Commands to run afterwards, in order, in the working directory. One that fails ends the task.',
      ),
  })
  .refine(
    ({ files = [], commands = [] }) => files.length + commands.length > 0,
    'needs "files" or "commands"',
  );

export type RecipeFile = z.infer<typeof recipeFile>;

function isRelativePath(path: string): boolean {
  return (
    !/^[/~]|[\\:*?"<>|]/.test(path.replace(/\{\w+:\w+\}/g, '')) &&
    path.split('/').every(part => !/^(\.{0,2}|.*[. ])$/.test(part))
  );
}
