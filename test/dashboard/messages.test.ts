import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isFromPage, isToPage } from '../../src/extension/dashboard/messages.ts';

const VIEW = {
  ...{
    title: 'Statistics',
    folders: null,
    emptyText: null,
    figures: [],
    notes: [],
    tables: [],
    summary: '',
    problems: [],
  },
  periods: { label: 'Period', selected: 'month', options: [{ value: 'month', label: 'Last 30 days' }] },
  buttons: { csv: 'CSV', json: 'JSON', runTask: 'Run Task' },
  outcomes: {
    ...{ title: '', hint: '', tableTitle: '', columnHeader: '', totalHeader: '', top: 1, topText: '1' },
    legend: [{ outcome: 'failed', count: 1, label: '', name: '', mark: null }],
    columns: [],
  },
};

describe('messages between the dashboard and its page', () => {
  it('pass when they are what they should be', () => {
    for (const message of [
      { type: 'ready' },
      { type: 'runTask' },
      { type: 'choose', selection: { period: 'week', folder: '' } },
      { type: 'open', mark: 'column:1:failed' },
      { type: 'export', format: 'csv' },
    ])
      assert.ok(isFromPage(message), message.type);
    assert.ok(isToPage({ type: 'show', view: VIEW }));
    assert.ok(isToPage({ type: 'problem', text: 'No.' }));
  });

  it('are refused when anything is missing, wrong, too large or too much', () => {
    for (const message of [
      ...[null, undefined, 1, 'ready', [], ['ready'], {}, { type: 'go' }, { type: 'ready', more: 1 }],
      ...[{ type: 'open' }, { type: 'open', mark: null }, { type: 'open', mark: 'x'.repeat(501) }],
      ...[
        { type: 'export', format: 'exe' },
        { type: 'choose', selection: { period: 'week' } },
      ],
      ...[
        { type: 'choose', selection: ['week', ''] },
        JSON.parse('{"__proto__": {"type": "ready"}}') as unknown,
      ],
    ])
      assert.ok(!isFromPage(message), JSON.stringify(message));
    const { title: _, ...untitled } = VIEW;
    const legend = [{ ...VIEW.outcomes.legend[0], outcome: 'onclick' }];
    for (const view of [
      untitled,
      { ...VIEW, figures: [{}] },
      { ...VIEW, outcomes: { ...VIEW.outcomes, legend } },
    ])
      assert.ok(!isToPage({ type: 'show', view }));
  });

  it('are judged without an error, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), value => {
        assert.equal(typeof isFromPage(value), 'boolean');
        assert.equal(typeof isToPage({ type: 'show', view: value }), 'boolean');
      }),
    );
  });
});
