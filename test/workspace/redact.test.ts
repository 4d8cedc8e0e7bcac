import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { SecretRedactor } from '../../src/workspace/redact.ts';
import { maskOf } from '../../src/workspace/secretMask.ts';
import { SECRET_PATTERNS } from '../../src/workspace/secretPatterns.ts';
import { secretExamples } from '../support/secretExamples.ts';
import { processorTime } from '../support/processorTime.ts';

/** What comes out when the text arrives in these pieces. */
function streamed(redactor: SecretRedactor, pieces: readonly string[]): string {
  const stream = redactor.stream();
  return pieces.map(piece => stream.push(piece)).join('') + stream.end();
}

function cut(text: string, size: number): string[] {
  return text.match(new RegExp(`[^]{1,${String(size)}}`, 'g')) ?? [];
}

describe('redaction', () => {
  const own = 'correct-horse-battery/staple+9';

  it('has an example for every pattern', () => {
    const redactor = new SecretRedactor();
    for (const { name } of SECRET_PATTERNS) {
      assert.ok(
        secretExamples.some(example => example.name === name),
        `no example of ${name}`,
      );
    }
    assert.ok(secretExamples.length >= 60);
    for (const { name, text, secret } of secretExamples) {
      assert.ok(!redactor.redact(text).includes(secret), `${name}: ${redactor.redact(text)}`);
    }
  });

  it('finds every format wherever the chunks are cut', () => {
    const redactor = new SecretRedactor();
    let cases = 0;
    for (const { name, text, secret } of secretExamples) {
      const whole = `before it ${text}\nand after it\n`;
      const expected = redactor.redact(whole);
      for (const size of [1, 2, 3, 7, 16, 64]) {
        const shown = streamed(redactor, cut(whole, size));
        assert.equal(shown, expected, `${name} in pieces of ${String(size)}`);
        cases++;
      }
      const middle = whole.indexOf(secret) + Math.floor(secret.length / 2);
      for (const at of [middle, whole.indexOf(secret), whole.indexOf(secret) + secret.length]) {
        const stream = redactor.stream();
        const first = stream.push(whole.slice(0, at));
        assert.ok(!first.includes(secret.slice(0, 12)), name);
        assert.equal(first + stream.push(whole.slice(at)) + stream.end(), expected, name);
        cases++;
      }
    }
    assert.ok(cases >= 500);
  });

  it('hides our own keys by value, also encoded, with length and hash', () => {
    const redactor = new SecretRedactor([own]);
    assert.equal(redactor.redact(`key ${own}.`), `key ${maskOf(own)}.`);
    assert.match(maskOf(own), /^\[secret: 30 characters, SHA-256 [0-9a-f]{8}\]$/);
    for (const form of [encodeURIComponent(own), Buffer.from(own).toString('base64').replace(/=+$/, '')]) {
      assert.ok(!redactor.redact(`at ${form} there`).includes(form));
    }
    assert.ok(redactor.isRedacted(redactor.redact(own)));
    assert.ok(!redactor.isRedacted('nothing to hide'));
  });

  it('lets nothing through, whatever stands around it and however it is cut', () => {
    const spaced = 'two words and\na line end';
    const redactor = new SecretRedactor([own, spaced]);
    const part = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(own, spaced, ' ', 'password: "', 'Authorization: Bearer ', '-----BEGIN ', '"'),
      fc.constantFrom(...secretExamples.map(example => example.text)),
    );
    const sizes = fc.array(fc.nat({ max: 40 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), sizes, (parts, lengths) => {
        const text = parts.join('\n');
        const pieces: string[] = [];
        let at = 0;
        for (const length of lengths) pieces.push(text.slice(at, (at += length)));
        const shown = streamed(redactor, [...pieces, text.slice(at)]);
        assert.ok(!shown.includes(own) && !shown.includes(spaced));
        const shownAtOnce = redactor.redact(text);
        for (const { text: example, secret } of secretExamples) {
          if (!parts.includes(example) || shownAtOnce.includes(secret)) continue;
          assert.ok(!shown.includes(secret), example);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('leaves ordinary code alone', () => {
    const redactor = new SecretRedactor();
    for (const text of [
      'const token = readToken();',
      'password: string;',
      'MAX_TOKENS=4096',
      'API_KEY=process.env.API_KEY',
      'task-0a1b2c3d-4e5f6a7b finished, call-0123456789abcdef too',
      'https://example.org:8080/path@2x.png',
      'git@github.com:owner/name.git',
      `sha256-${'ab12'.repeat(16)}`,
      '123e4567-e89b-42d3-a456-426614174000',
      'Authorization: required',
      '-----BEGIN CERTIFICATE-----',
      'the risk-adjusted-return-of-investments-2024 chart',
    ]) {
      assert.equal(redactor.redact(text), text);
      assert.equal(streamed(redactor, cut(text, 3)), text);
    }
  });

  it('is done with its own output', () => {
    const redactor = new SecretRedactor([own]);
    for (const { text } of [...secretExamples, { text: own }]) {
      const once = redactor.redact(text);
      assert.equal(redactor.redact(once), once);
    }
  });

  it('holds back a bounded text, and is quick', () => {
    const redactor = new SecretRedactor([own]);
    const stream = redactor.stream();
    const chunk = 'x'.repeat(64 * 1024);
    let shown = 0;
    const ms = processorTime(() => {
      for (let index = 0; index < 160; index++) shown += stream.push(chunk).length;
    });
    assert.ok(160 * chunk.length - shown < 64 * 1024, 'too much is held back');
    assert.ok(ms < 6000, `10 MB took ${String(Math.round(ms))} ms`);
  });
});
