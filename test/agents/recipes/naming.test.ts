import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  camelCase,
  fileNameOf,
  kebabCase,
  namingOf,
  parseComponentName,
  pascalCase,
  sentenceCase,
  snakeCase,
} from '../../../src/agents/direct/recipes/naming.ts';

describe('naming', () => {
  it('tells the words of a name in any case', () => {
    for (const name of ['UserProfile', 'userProfile', 'user-profile', 'user_profile']) {
      assert.equal(pascalCase(name), 'UserProfile');
      assert.equal(camelCase(name), 'userProfile');
      assert.equal(kebabCase(name), 'user-profile');
      assert.equal(snakeCase(name), 'user_profile');
      assert.equal(sentenceCase(name), 'User profile');
    }
    assert.equal(pascalCase('HTMLView'), 'HTMLView');
    assert.equal(kebabCase('HTMLView'), 'html-view');
  });

  it('recognizes what it has named', () => {
    for (const naming of ['pascal', 'kebab', 'camel', 'snake'] as const) {
      assert.equal(namingOf(fileNameOf('UserProfile', naming)), naming);
    }
    assert.equal(namingOf('button'), undefined);
  });

  it('lets only identifiers be components', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[\w$./ -]{1,80}$/)),
        text => {
          let name;
          try {
            name = parseComponentName(text);
          } catch {
            return;
          }
          assert.match(name, /^[A-Z][A-Za-z0-9]{0,63}$/);
          assert.match(text, /^[\w-]+$/);
        },
      ),
    );
  });
});
