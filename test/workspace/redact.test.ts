import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { SecretRedactor } from '../../src/workspace/redact.ts';
import { holdsMask, maskOf, maskSpans, type Span } from '../../src/workspace/secretMask.ts';
import { SECRET_PATTERNS } from '../../src/workspace/secretPatterns.ts';
import { SecretStream } from '../../src/workspace/secretStream.ts';
import { secretExamples } from '../support/secretExamples.ts';

/** What comes out when the text arrives in these pieces. */
function streamed(redactor: SecretRedactor, pieces: readonly string[]): string {
  const stream = redactor.stream();
  return pieces.map(piece => stream.push(piece)).join('') + stream.end();
}

/** What is found when every pattern runs over all of the text, whatever occurs in it. */
function plainSpans(text: string): Span[] {
  const spans = SECRET_PATTERNS.flatMap(({ pattern }) => [...text.matchAll(pattern)])
    .filter(([all]) => !holdsMask(all))
    .map(({ 0: all, index, groups }) => {
      const secret = groups?.['secret'] ?? all;
      const start = index + all.lastIndexOf(secret);
      return { start, end: start + secret.length };
    });
  const apart: Span[] = [];
  for (const { start, end } of spans.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = apart.at(-1);
    if (last === undefined || start >= last.end) apart.push({ start, end });
    else apart[apart.length - 1] = { start: last.start, end: Math.max(last.end, end) };
  }
  return apart;
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

  it('finds exactly what every pattern finds that runs over all of the text', () => {
    const redactor = new SecretRedactor();
    const beginnings = SECRET_PATTERNS.flatMap(({ triggers }) => triggers);
    const part = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...secretExamples.map(({ text }) => text)) },
      { weight: 2, arbitrary: fc.constantFrom(...secretExamples.map(({ secret }) => secret)) },
      { weight: 2, arbitrary: fc.constantFrom(...beginnings) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom(...secretExamples.map(({ text }) => text)), fc.nat({ max: 30 }))
          .map(([text, at]) => text.slice(0, at).toUpperCase() + text.slice(at)),
      },
      fc.constantFrom(...['\n', ' ', '"', '=', ': ', '.', '_', '-', '✔ ', 'šecret', 'x'.repeat(3)]),
      fc.string({ maxLength: 40 }),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.nat({ max: 200 }).map(length => 'lorem ipsum 1.2.3 '.repeat(length)),
    );
    let secrets = 0;
    let pieces = 0;
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }),
        fc.array(fc.nat({ max: 400 }), { maxLength: 40 }),
        (parts, lengths) => {
          const text = parts.join('');
          const expected = plainSpans(text);
          assert.deepEqual(redactor.find(text), expected);
          secrets += expected.length;
          // The same piece by piece: what goes on, and what is held back.
          const fast = redactor.stream();
          const plain = new SecretStream({
            ...{ longest: redactor.longest, beginningAtEnd: () => undefined },
            find: plainSpans,
            redact: rest => maskSpans(rest, plainSpans(rest)),
          });
          let at = 0;
          for (const length of [...lengths, text.length]) {
            const piece = text.slice(at, (at += length));
            assert.equal(fast.push(piece), plain.push(piece));
            pieces++;
          }
          assert.equal(fast.end(), plain.end());
        },
      ),
      { numRuns: 400 },
    );
    assert.ok(secrets > 400 && pieces > 2000, `${secrets} secrets in ${pieces} pieces`);
  });

  it('holds a name back until it is clear what it names', () => {
    const redactor = new SecretRedactor();
    const names = ['secret', 'token', 'passwd', 'password', 'api_key', 'api-key', 'apikey', 'access_key'];
    const value = 'aB3dE5gH7jK9mN2pQ4sT';
    for (const name of [...names, 'accesskey', 'private_key', 'privatekey'].flatMap(name => [
      name,
      name.toUpperCase(),
    ])) {
      const text = `the ${name}: "${value}"\n`;
      const expected = text.replace(value, maskOf(value));
      assert.equal(redactor.redact(text), expected);
      for (let at = 0; at < text.length; at++)
        assert.equal(streamed(redactor, [text.slice(0, at), text.slice(at)]), expected, `${name} at ${at}`);
    }
  });

  it('knows forms by whatever digit is in their beginning', () => {
    const redactor = new SecretRedactor();
    const rest = '0f1e2d3c4b5a69780f1e2d3c4b5a697';
    for (const digit of '0123456789abcdef') {
      assert.equal(redactor.redact(`SK${digit}${rest}`), maskOf(`SK${digit}${rest}`));
      if (digit > '9') continue;
      const azure = `aB3${digit}Q~${rest}aB3`;
      assert.equal(redactor.redact(azure), maskOf(azure));
    }
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

  it('holds back a bounded text, and searches none often', () => {
    const redactor = new SecretRedactor([own]);
    let searched = 0;
    const stream = new SecretStream({
      ...{ longest: redactor.longest, beginningAtEnd: text => redactor.beginningAtEnd(text) },
      redact: text => redactor.redact(text),
      find: text => {
        searched += text.length;
        return redactor.find(text);
      },
    });
    const chunk = 'x'.repeat(1024);
    const pieces = 2000;
    let shown = 0;
    for (let index = 0; index < pieces; index++) shown += stream.push(chunk).length;
    const all = pieces * chunk.length;
    assert.ok(all - shown < 64 * 1024, 'too much is held back');
    assert.ok(searched < 3 * all, `each character was searched ${(searched / all).toFixed(1)} times`);
  });
});
