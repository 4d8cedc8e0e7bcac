import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { addTests } from '../../../src/agents/direct/recipes/addTests.ts';
import { createComponent } from '../../../src/agents/direct/recipes/createComponent.ts';
import { type ModuleEntry } from '../../../src/agents/direct/recipes/documentation/moduleEntry.ts';
import { updateReadme } from '../../../src/agents/direct/recipes/documentation/readme.ts';
import { updateDocumentation } from '../../../src/agents/direct/recipes/updateDocumentation.ts';
import { changedPart } from '../../../src/agents/direct/recipes/wholeFileEdit.ts';
import { FolderRecipeContext } from './folderRecipeContext.ts';
import { workspaces } from './workspaces.ts';

describe('update documentation', () => {
  let context: FolderRecipeContext;
  beforeEach(async () => (context = await FolderRecipeContext.create(workspaces.reactTypeScript)));
  afterEach(async () => context.dispose());

  const update = () => context.perform(updateDocumentation, 'Update documentation');

  it('understands its instruction and no more', () => {
    for (const text of [
      'Update documentation',
      'update the docs.',
      'Please update the README!',
      'update README.md',
    ]) {
      assert.ok(updateDocumentation.matches(text), text);
    }
    for (const text of ['Update documentation of the API', 'Update', 'Documentation']) {
      assert.equal(updateDocumentation.matches(text), false, text);
    }
  });

  it('writes a README that says what the session made', async () => {
    await context.perform(createComponent, 'Create a React component called UserProfile');
    await context.perform(addTests, 'Add tests');
    await update();
    assert.equal(
      await context.text('README.md'),
      `# sample

## Components

### UserProfile

Shows who somebody is: name, picture and e-mail address.

- File: \`src/components/UserProfile.tsx\`
- Exports: \`UserProfileProps\`, \`UserProfile\`
- Tests: \`src/components/UserProfile.test.tsx\`

\`\`\`tsx
import { UserProfile } from './src/components/UserProfile';

<UserProfile name="Ada Lovelace" />
\`\`\`
`,
    );
  });

  it('does the same twice as once', async () => {
    await context.write('README.md', '# Mine\n\nWords.\n\n## Components\n\nSome.\n\n## License\n\nMIT\n');
    await context.perform(createComponent, 'Create a React component called UserProfile');
    await update();
    const once = await context.text('README.md');
    assert.match(
      once,
      /^# Mine\n\nWords\.\n\n## Components\n\nSome\.\n\n### UserProfile\n[\s\S]*\n\n## License\n\nMIT\n$/,
    );
    assert.deepEqual(await update(), ['README.md is up to date already']);
    assert.equal(await context.text('README.md'), once);
  });

  it('brings an entry up to date', async () => {
    await context.change('src/sum.ts', '/** Adds. */\nexport const sum = (a: number) => a;\n');
    await update();
    await context.write(
      'src/sum.ts',
      '/** Adds numbers. */\nexport const sum = (a: number) => a;\nexport const zero = 0;\n',
    );
    await update();
    const text = await context.text('README.md');
    assert.match(text, /Adds numbers\./);
    assert.match(text, /`sum`, `zero`/);
    assert.doesNotMatch(text, /Adds\.$/m);
  });

  it('describes the workspace when there is no README and the session changed nothing', async () => {
    const [detail] = await update();
    assert.match(detail ?? '', /this session changed no source file/);
    assert.match(await context.text('README.md'), /### NavBar/);
  });

  it('says that there is nothing to document', async () => {
    await context.write('README.md', '# Mine\n');
    await assert.rejects(update(), { code: 'nothing_to_do' });
    assert.equal(await context.text('README.md'), '# Mine\n');
  });

  it('goes beside an empty README, which has no text to replace', async () => {
    await context.write('README.md', '');
    await context.perform(createComponent, 'Create component');
    await update();
    assert.match(await context.text('docs/README.md'), /### NewComponent/);
  });

  it('keeps line ends, and everything that it did not write', () => {
    const entry: ModuleEntry = { path: 'a.js', heading: 'a', component: false, body: ['- File: `a.js`'] };
    const parts = [
      '# A',
      '## Modules',
      '### a',
      '- File: `b.js`',
      '```sh',
      '# no heading',
      '```',
      'words',
      '',
      '## B',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...parts), { maxLength: 12 }),
        fc.constantFrom('\n', '\r\n'),
        (lines, eol) => {
          const before = lines.join(eol);
          const after = updateReadme(before, [entry]);
          assert.equal(updateReadme(after, [entry]), after);
          const kept = after.split(/\r?\n/).filter(line => line.trim() !== '');
          for (const line of lines.filter(text => text.trim() !== '')) {
            assert.ok(kept.includes(line));
            kept.splice(kept.indexOf(line), 1);
          }
          assert.deepEqual(
            kept.filter(line => !['## Modules', '### a', '```'].includes(line)),
            ['- File: `a.js`'],
          );
        },
      ),
    );
  });

  it('replaces a part of a file that occurs once', () => {
    const text = fc
      .array(fc.constantFrom('a\n', 'b\n', 'c'), { minLength: 1, maxLength: 8 })
      .map(parts => parts.join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { oldText, newText } = changedPart(before, after);
        assert.equal(before.split(oldText).length, 2);
        assert.equal(
          before.replace(oldText, () => newText),
          after,
        );
      }),
    );
  });
});
