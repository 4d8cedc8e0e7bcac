import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatInstruction } from '../../../src/agents/direct/formatInstruction.ts';
import { MAX_INSTRUCTIONS, type Parsed, parseInstructions } from '../../../src/agents/direct/grammar.ts';
import { inferTaskType } from '../../../src/agents/direct/inferTaskType.ts';
import type { Instruction } from '../../../src/agents/direct/instruction.ts';
import { processorTime } from '../../support/processorTime.ts';

const isRecipe = (text: string): boolean => /^(add tests|create component( called \w+)?)$/i.test(text);

function parsed(text: string): readonly Instruction[] | undefined {
  const result: Parsed = parseInstructions(text, isRecipe);
  return 'instructions' in result ? result.instructions : undefined;
}

const UNDERSTOOD: readonly (readonly [text: string, ...instructions: Instruction[]])[] = [
  // commands
  ['$ npm test', { kind: 'command', command: 'npm test' }],
  ['  $   npm test  ', { kind: 'command', command: 'npm test' }],
  ['run: npm test', { kind: 'command', command: 'npm test' }],
  ['run:npm test', { kind: 'command', command: 'npm test' }],
  ['RUN: ls', { kind: 'command', command: 'ls' }],
  ['$ echo "a then b" then $ ls', { kind: 'command', command: 'echo "a then b" then $ ls' }],
  ['run: a then delete b', { kind: 'command', command: 'a then delete b' }],
  [
    "$ echo 'it''s' \"$HOME\" | cat > x; exit 1",
    { kind: 'command', command: "echo 'it''s' \"$HOME\" | cat > x; exit 1" },
  ],
  // git
  ['git: status', { kind: 'git', args: ['status'] }],
  ['git: log --format="%h %s" -n 1', { kind: 'git', args: ['log', '--format=%h %s', '-n', '1'] }],
  [
    'git: commit -m \'it is\' --author="A \\"B\\" <a@b>"',
    { kind: 'git', args: ['commit', '-m', 'it is', '--author=A "B" <a@b>'] },
  ],
  ['git: add a\\ b', { kind: 'git', args: ['add', 'a b'] }],
  ['git: tag "" x', { kind: 'git', args: ['tag', '', 'x'] }],
  ['git: git status', { kind: 'git', args: ['status'] }],
  [
    'git: log $(id) `id` ; rm -rf / > x',
    { kind: 'git', args: ['log', '$(id)', '`id`', ';', 'rm', '-rf', '/', '>', 'x'] },
  ],
  ['git: add . then delete x', { kind: 'git', args: ['add', '.', 'then', 'delete', 'x'] }],
  ['commit all changes with message "Add profile"', { kind: 'commit', message: 'Add profile' }],
  [
    'Commit  all  changes with message "say \\"hi\\" \\\\o/ then delete x"',
    { kind: 'commit', message: 'say "hi" \\o/ then delete x' },
  ],
  ['create branch feature/x', { kind: 'createBranch', branch: 'feature/x' }],
  ['switch to branch "main"', { kind: 'switchBranch', branch: 'main' }],
  // files
  ['create file a.txt with content: Hello', { kind: 'create', path: 'a.txt', text: 'Hello' }],
  [
    'create file a b.txt with content:   two blanks  ',
    { kind: 'create', path: 'a b.txt', text: '  two blanks  ' },
  ],
  [
    'create file "a with content: b" with content: c with content: d',
    { kind: 'create', path: 'a with content: b', text: 'c with content: d' },
  ],
  ['create file a with content: x then delete a', { kind: 'create', path: 'a', text: 'x then delete a' }],
  ['create file a with content:', { kind: 'create', path: 'a', text: '' }],
  ['create file a with content:x', { kind: 'create', path: 'a', text: 'x' }],
  ['create file a with content: "quoted"', { kind: 'create', path: 'a', text: '"quoted"' }],
  ['append to notes.md: - one: two', { kind: 'append', path: 'notes.md', text: '- one: two' }],
  ['append to "C: x": y', { kind: 'append', path: 'C: x', text: 'y' }],
  ['replace "A" with "B" in src/a.ts', { kind: 'replace', oldText: 'A', newText: 'B', path: 'src/a.ts' }],
  [
    'replace "a \\"b\\" then c" with "" in my file.ts',
    { kind: 'replace', oldText: 'a "b" then c', newText: '', path: 'my file.ts' },
  ],
  [
    'replace "\\d \\n \\\\" with "x" in f',
    { kind: 'replace', oldText: '\\d \\n \\', newText: 'x', path: 'f' },
  ],
  ['move a.txt to b/c.txt', { kind: 'move', from: 'a.txt', to: 'b/c.txt' }],
  ['MOVE "a to b" TO "c d"', { kind: 'move', from: 'a to b', to: 'c d' }],
  ['copy a to b', { kind: 'copy', from: 'a', to: 'b' }],
  ['delete a.txt', { kind: 'delete', path: 'a.txt' }],
  ['delete "a then delete b"', { kind: 'delete', path: 'a then delete b' }],
  ['create folder src/x', { kind: 'createFolder', path: 'src/x' }],
  // several
  ['delete a then delete b', { kind: 'delete', path: 'a' }, { kind: 'delete', path: 'b' }],
  ['delete a  THEN  $ ls then x', { kind: 'delete', path: 'a' }, { kind: 'command', command: 'ls then x' }],
  [
    'create folder a then create file a/b with content: c then d',
    { kind: 'createFolder', path: 'a' },
    { kind: 'create', path: 'a/b', text: 'c then d' },
  ],
  [
    'replace "x" with "y" in f then commit all changes with message "M" then git: push',
    { kind: 'replace', oldText: 'x', newText: 'y', path: 'f' },
    { kind: 'commit', message: 'M' },
    { kind: 'git', args: ['push'] },
  ],
  [
    'replace "x" with "y" in now then later.txt',
    { kind: 'replace', oldText: 'x', newText: 'y', path: 'now then later.txt' },
  ],
  [
    'delete a\n\n  $ ls\r\nAdd tests',
    { kind: 'delete', path: 'a' },
    { kind: 'command', command: 'ls' },
    { kind: 'recipe', text: 'Add tests' },
  ],
  [
    'Create component called X then add tests then $ npm test',
    { kind: 'recipe', text: 'Create component called X' },
    { kind: 'recipe', text: 'add tests' },
    { kind: 'command', command: 'npm test' },
  ],
];

const NOT_UNDERSTOOD: readonly (readonly [text: string, hint?: RegExp])[] = [
  [''],
  ['  \n '],
  ['make me a sandwich', /no explicit instruction/],
  ['$', /\$ COMMAND/],
  ['$npm test', /\$ COMMAND/],
  ['run:  ', /\$ COMMAND/],
  ['git:', /git: ARGS/],
  ['git: commit -m "open', /every quote closed/],
  ['git status'],
  ['commit all changes with message Fix', /commit all changes with message "M"/],
  ['commit all changes with message ""', /commit all/],
  ['commit all changes', /commit all/],
  ['create branch -x', /create branch B/],
  ['create branch a b', /create branch B/],
  ['create file a.txt', /create file PATH with content: TEXT/],
  ['create file with content: x'],
  ['append x', /append to PATH: TEXT/],
  ['replace "A" in x', /replace "A" with "B" in PATH/],
  ['replace "" with "B" in x', /replace/],
  ['replace A with B in x', /replace/],
  ['move the button to the left', /move A to B/],
  ['delete the unused code', /delete PATH/],
  ['delete a"b', /delete PATH/],
  ['copy a b', /copy A to B/],
  ['create folder my folder', /create folder PATH/],
  ['create file a then create file b with content: x', /create file/],
  ['delete a then think', /delete PATH/],
  ['delete a\nthink', /no explicit instruction/],
  ['delete a then delete b then'],
];

describe('the instruction grammar', () => {
  for (const [text, ...instructions] of UNDERSTOOD) {
    it(`understands ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parsed(text), instructions);
    });
  }

  for (const [text, hint] of NOT_UNDERSTOOD) {
    it(`leaves ${JSON.stringify(text)} to others`, () => {
      const result = parseInstructions(text, isRecipe);
      assert.ok('problem' in result, JSON.stringify(result));
      if (hint !== undefined) assert.match(result.problem, hint);
    });
  }

  it('takes 100 instructions and not one more', () => {
    assert.equal(parsed('delete a\n'.repeat(MAX_INSTRUCTIONS))?.length, MAX_INSTRUCTIONS);
    assert.equal(parsed('delete a\n'.repeat(MAX_INSTRUCTIONS + 1)), undefined);
  });

  const oneLine = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .filter(text => !/[\r\n\u2028\u2029]/.test(text) && text.trim() === text && text !== '');
  const awkward = fc
    .array(
      fc.constantFrom(
        'a',
        '"',
        '\\',
        ' ',
        'then',
        ' then ',
        'delete x',
        '$',
        ':',
        'with content:',
        ' to ',
        'in',
        '\t',
        'ü',
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map(parts => parts.join('').trim())
    .filter(text => text !== '');
  const text = fc.oneof(oneLine, awkward);
  const branch = text.filter(name => !name.startsWith('-'));
  const single = fc.oneof(
    fc.record({ kind: fc.constant('command' as const), command: text }),
    fc.record({
      kind: fc.constant('git' as const),
      args: fc.array(text, { minLength: 1, maxLength: 4 }).filter(args => args[0] !== 'git'),
    }),
    fc.record({ kind: fc.constant('commit' as const), message: text }),
    fc.record({ kind: fc.constantFrom('createBranch' as const, 'switchBranch' as const), branch }),
    fc.record({ kind: fc.constantFrom('create' as const, 'append' as const), path: text, text }),
    fc.record({
      kind: fc.constant('replace' as const),
      oldText: text,
      newText: fc.oneof(text, fc.constant('')),
      path: text,
    }),
    fc.record({ kind: fc.constantFrom('move' as const, 'copy' as const), from: text, to: text }),
    fc.record({ kind: fc.constantFrom('delete' as const, 'createFolder' as const), path: text }),
  ) satisfies fc.Arbitrary<Instruction>;

  it('reads what it writes, whatever the names and texts', () => {
    fc.assert(
      fc.property(single, instruction => {
        assert.deepEqual(parsed(formatInstruction(instruction)), [{ ...instruction }]);
      }),
      { numRuns: 3000 },
    );
  });

  it('reads a sequence on lines, and one joined where nothing takes the rest of the line', () => {
    const closed = single.filter(({ kind }) => !['command', 'git', 'create', 'append'].includes(kind));
    fc.assert(
      fc.property(
        fc.array(single, { minLength: 1, maxLength: 4 }),
        fc.array(closed, { maxLength: 3 }),
        (lines, joined) => {
          const last = lines[0];
          assert.ok(last);
          assert.deepEqual(
            parsed(lines.map(formatInstruction).join('\n')),
            lines.map(line => ({ ...line })),
          );
          const sequence = [...joined, last].map(entry => ({ ...entry }));
          assert.deepEqual(parsed(sequence.map(formatInstruction).join(' then ')), sequence);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('answers in good time, whatever the text', () => {
    for (const part of [
      '"',
      '\\"',
      'then ',
      ' then delete a',
      'create file ',
      'replace "a" with ',
      'append to ',
      ' to move ',
    ]) {
      const took = processorTime(() => {
        parseInstructions(part.repeat(32_000 / part.length));
        parseInstructions(`create file ${part.repeat(32_000 / part.length)}`);
      });
      assert.ok(took < 3000, `${JSON.stringify(part)}: ${String(Math.round(took))} ms`);
    }
    fc.assert(
      fc.property(fc.oneof(fc.string(), awkward), anything => {
        parseInstructions(anything);
      }),
    );
  });

  it('infers the kind of task', () => {
    assert.equal(inferTaskType('$ npm test'), 'command');
    assert.equal(inferTaskType('$ a\nrun: b'), 'command');
    assert.equal(inferTaskType('commit all changes with message "M"'), 'git');
    assert.equal(inferTaskType('git: push\nswitch to branch x'), 'git');
    assert.equal(inferTaskType('create file a with content: b'), 'file');
    assert.equal(inferTaskType('delete a then $ ls'), 'code');
    assert.equal(inferTaskType('Build a todo app'), 'code');
  });
});
