import { type ComponentKind } from './componentKind.ts';

/** What every other name gets: a titled section with room for more. */
export const sectionKind: ComponentKind = {
  matches: () => true,
  summary: 'A section with a title and room for more.',
  element: 'section',
  props: [
    { name: 'title', type: 'string', optional: false, doc: 'The heading.' },
    { name: 'children', type: 'ReactNode', optional: true, doc: 'What stands below the heading.' },
  ],
  markup: className => [
    `<section className="${className}">`,
    '  <h2>{title}</h2>',
    '  {children}',
    '</section>',
  ],
  cases: [
    { title: 'shows its title', props: { title: 'A title' }, shows: ['A title'], hides: ['Some text'] },
    {
      title: 'shows what it is given below the title',
      props: { title: 'A title', children: 'Some text' },
      shows: ['A title', 'Some text'],
      hides: [],
    },
  ],
};
