import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { detectStyle } from '../../../src/agents/direct/recipes/codeStyle.ts';
import { restyle, templateStyle } from '../../../src/agents/direct/recipes/restyle.ts';

const none = { neighbours: [] };

describe('code style', () => {
  it('is that of the neighbours', () => {
    const neighbours = ['import a from "a"\r\nconst b = a()\r\nfunction c() {\r\n\treturn b()\r\n}\r\n'];
    assert.deepEqual(detectStyle({ neighbours }), {
      quote: '"',
      semicolons: false,
      indent: '\t',
      eol: '\r\n',
    });
    const wide = ["import a from 'a';\nfunction c() {\n    return a();\n}\n"];
    assert.deepEqual(detectStyle({ neighbours: wide }), {
      quote: "'",
      semicolons: true,
      indent: '    ',
      eol: '\n',
    });
    assert.deepEqual(detectStyle(none), templateStyle);
  });

  it('is what prettier is configured for, with its own defaults', () => {
    assert.deepEqual(detectStyle({ ...none, prettier: '{ "semi": false }' }), {
      ...templateStyle,
      quote: '"',
      semicolons: false,
    });
    assert.deepEqual(detectStyle({ ...none, prettier: 'singleQuote: true # yes\ntabWidth: 4\n' }), {
      ...templateStyle,
      indent: '    ',
    });
    assert.deepEqual(detectStyle({ ...none, prettier: { useTabs: true, singleQuote: true } }), {
      ...templateStyle,
      indent: '\t',
    });
    assert.deepEqual(detectStyle({ ...none, prettier: '"@company/prettier-config"' }), templateStyle);
  });

  it('has the indentation of .editorconfig', () => {
    const editorConfig =
      '[*]\nindent_style = space\nindent_size = 4\nend_of_line = crlf\n\n[*.md]\nindent_size = 8\n';
    assert.deepEqual(detectStyle({ ...none, editorConfig }), {
      ...templateStyle,
      indent: '    ',
      eol: '\r\n',
    });
    assert.equal(detectStyle({ ...none, editorConfig: '[*.{js,ts}]\nindent_style = tab\n' }).indent, '\t');
    assert.equal(detectStyle({ ...none, editorConfig: '[Makefile]\nindent_style = tab\n' }).indent, '  ');
  });

  it('changes layout and quotes, and nothing else', () => {
    const code = "if (a) {\n  b('c');\n}\n/**\n * d\n */\n";
    assert.equal(restyle(code, templateStyle), code);
    assert.equal(
      restyle(code, { quote: '"', semicolons: false, indent: '\t', eol: '\r\n' }),
      'if (a) {\r\n\tb("c")\r\n}\r\n/**\r\n * d\r\n */\r\n',
    );
  });
});
