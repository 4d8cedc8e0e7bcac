import { endsWithOneOf, type ComponentKind } from './componentKind.ts';

/** Something to press. */
export const buttonKind: ComponentKind = {
  matches: endsWithOneOf('button'),
  summary: 'A button with a label.',
  element: 'button',
  props: [
    { name: 'label', type: 'string', optional: false, doc: 'What the button says.' },
    { name: 'onClick', type: '() => void', optional: true, doc: 'Called when the button is pressed.' },
    {
      name: 'disabled',
      type: 'boolean',
      optional: true,
      doc: 'Whether it cannot be pressed.',
      initial: 'false',
    },
  ],
  markup: className => [
    `<button type="button" className="${className}" onClick={onClick} disabled={disabled}>`,
    '  {label}',
    '</button>',
  ],
  cases: [
    { title: 'shows its label', props: { label: 'Save changes' }, shows: ['Save changes'], hides: [] },
    {
      title: 'shows its label when it is disabled',
      props: { label: 'Send message', disabled: true },
      shows: ['Send message'],
      hides: ['Save changes'],
    },
  ],
};
