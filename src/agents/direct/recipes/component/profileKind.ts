import { endsWithOneOf, type ComponentKind } from './componentKind.ts';

/** Somebody: name, picture and e-mail address. */
export const profileKind: ComponentKind = {
  matches: endsWithOneOf('profile', 'user', 'person', 'member', 'author', 'account', 'contact'),
  summary: 'Shows who somebody is: name, picture and e-mail address.',
  element: 'section',
  props: [
    { name: 'name', type: 'string', optional: false, doc: 'The full name.' },
    { name: 'email', type: 'string', optional: true, doc: 'Shown as a link when present.' },
    { name: 'avatarUrl', type: 'string', optional: true, doc: 'Address of a picture.' },
  ],
  markup: className => [
    `<section className="${className}">`,
    '  {avatarUrl === undefined ? null : <img src={avatarUrl} alt="" />}',
    '  <h2>{name}</h2>',
    '  {email === undefined ? null : <a href={`mailto:${email}`}>{email}</a>}',
    '</section>',
  ],
  cases: [
    {
      title: 'shows the name, and no e-mail address when there is none',
      props: { name: 'Ada Lovelace' },
      shows: ['Ada Lovelace'],
      hides: ['ada@example.com'],
    },
    {
      title: 'shows the e-mail address when there is one',
      props: { name: 'Ada Lovelace', email: 'ada@example.com' },
      shows: ['Ada Lovelace', 'ada@example.com'],
      hides: [],
    },
  ],
};
