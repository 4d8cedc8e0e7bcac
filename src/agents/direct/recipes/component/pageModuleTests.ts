import { type KnownModule } from '../knownBehaviour.ts';
import { pageFunctionName } from './pageModule.ts';

/** What is true of a module as `writePageModule` writes it. */
export function pageModuleTests(name: string): KnownModule {
  const render = pageFunctionName(name);
  return {
    exported: render,
    usage: [`document.body.innerHTML = ${render}({ title: 'Fruit', items: ['Apple', 'Pear'] });`],
    tests: [
      {
        title: 'shows the title and every item',
        body: dialect => [
          `const html = ${render}({ title: 'Fruit', items: ['Apple', 'Pear'] });`,
          dialect.contains('html', '<h2>Fruit</h2>'),
          dialect.contains('html', '<li>Apple</li><li>Pear</li>'),
        ],
      },
      {
        title: 'needs no items',
        body: dialect => [
          `const html = ${render}({ title: 'Fruit' });`,
          dialect.contains('html', '<ul></ul>'),
        ],
      },
      {
        title: 'escapes what it is given',
        body: dialect => [
          `const html = ${render}({ title: '<script>', items: ['<b>bold</b>'] });`,
          dialect.lacks('html', '<script>'),
          dialect.lacks('html', '<b>'),
          dialect.contains('html', '&#60;b&#62;bold'),
        ],
      },
    ],
  };
}
