import { endsWithOneOf, type ComponentKind } from './componentKind.ts';

/** Several things below each other. */
export const listKind: ComponentKind = {
  matches: endsWithOneOf('list', 'menu', 'feed', 'items', 'results'),
  summary: 'Shows items below each other, or a sentence when there are none.',
  element: 'ul',
  props: [
    { name: 'items', type: 'readonly string[]', optional: false, doc: 'The items, each of them once.' },
    {
      name: 'emptyText',
      type: 'string',
      optional: true,
      doc: 'Shown instead of items.',
      initial: "'Nothing here yet.'",
    },
  ],
  markup: className => [
    `<ul className="${className}">`,
    '  {items.length === 0 ? <li>{emptyText}</li> : null}',
    '  {items.map((item) => (',
    '    <li key={item}>{item}</li>',
    '  ))}',
    '</ul>',
  ],
  cases: [
    {
      title: 'shows every item',
      props: { items: ['First item', 'Second item'] },
      shows: ['First item', 'Second item'],
      hides: ['Nothing here yet.'],
    },
    {
      title: 'says so when there are no items',
      props: { items: [] },
      shows: ['Nothing here yet.'],
      hides: [],
    },
  ],
};
