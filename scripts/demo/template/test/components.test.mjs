import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const folder = new URL('../src/components/', import.meta.url);
const files = readdirSync(folder).filter(file => /^[A-Z]\w*\.tsx$/.test(file));

test('there is at least one component', () => {
  assert.notEqual(files.length, 0);
});

for (const file of files) {
  const name = file.replace('.tsx', '');
  test(`${file} exports ${name}`, () => {
    const source = readFileSync(new URL(file, folder), 'utf8');
    assert.match(source, new RegExp(`export (default )?(function|const|class) ${name}\\b`));
  });
}
