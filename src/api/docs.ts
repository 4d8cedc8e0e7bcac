import { createHash } from 'node:crypto';
import * as z from 'zod';
import { problemCodes, statusOf } from './errors.ts';
import { openPath } from './openapi.ts';
import type { Fields, Route } from './route.ts';
import { registry } from './schemas/registry.ts';
import { seedExamples } from './seedExamples.ts';

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1, h2, h3 { line-height: 1.2; } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { background: var(--soft); padding: 0.8rem 1rem; overflow-x: auto; border-radius: 4px; }
section { margin: 1.5rem 0; padding: 0.1rem 1rem; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; }
th { font-weight: 600; white-space: nowrap; } .method { font-weight: 700; text-transform: uppercase; }
nav a { display: inline-block; margin-right: 1rem; }
`;

/** The page that describes the API: one file, no script, no network. */
export function docsPage(routes: readonly Route[]): { readonly html: string; readonly csp: string } {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const body = [
    '<h1>Coding Agent Sessions</h1>',
    '<p>The sessions and tasks of one folder, over HTTP. <code>GET /openapi.json</code> says the same for programs.</p>',
    '<nav><a href="#start">Getting in</a><a href="#examples">Examples</a><a href="#routes">Routes</a><a href="#events">Events</a><a href="#problems">Problems</a></nav>',
    gettingIn,
    '<h2 id="examples">Examples</h2>',
    ...seedExamples.map(({ title, code }) => `<h3>${text(title)}</h3><pre><code>${text(code)}</code></pre>`),
    "<p>The functions of the patterns come from <code>import { createSession, executeTask, endSession, listSessions, switchSession } from 'coding-agent-sessions/client'</code>.</p>",
    '<h2 id="routes">Routes</h2>',
    ...routes.map(section),
    events,
    '<h2 id="problems">Problems</h2>',
    '<p>What goes wrong is answered as <code>application/problem+json</code> (RFC 9457). <code>detail</code> is for people, <code>code</code> for programs:</p>',
    table(problemCodes.map(code => [`<code>${code}</code>`, String(statusOf(code))])),
  ];
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Coding Agent Sessions: HTTP API</title>
<style>${STYLE}</style>
</head>
<body>
${body.join('\n')}
</body>
</html>
`;
  return {
    html,
    csp: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}

const gettingIn = `<h2 id="start">Getting in</h2>
<p>Every request but <code>GET /health</code> carries the token of the running server, which <code>coding-agent token</code> prints:</p>
<pre><code>curl -H "Authorization: Bearer $(coding-agent token)" http://localhost:3000/sessions</code></pre>
<p>It is new at every start. <code>coding-agent serve --no-auth</code> asks for none, on this machine only; then nothing can be
approved without one. Bodies are JSON of at most 1 MB. <code>Host</code> and <code>Origin</code> have to be the server's own.</p>
<p>A request with an <code>Idempotency-Key</code> is carried out once within a day, however often it is sent.</p>`;

const events = `<h2 id="events">Events</h2>
<p>Streams are server-sent events. Each journal event has its sequence number as <code>id</code>, its type as <code>event</code> and
<code>{"seq", "at", "writer", "epoch"?, "type", "data"}</code> as data. <code>event: output</code> is text that a call prints right now;
it has no id and is dropped when the client is slow. Comments keep the connection alive.</p>
<pre><code>id: 3
event: taskStarted
data: {"seq":3,"at":"2026-01-01T12:00:00.000Z","writer":"...","epoch":1,"type":"taskStarted","data":{"taskId":"task-..."}}</code></pre>`;

function section(route: Route): string {
  const { id, method, path, summary, description, scope, params, query, body, bodyOptional, answers } = route;
  const rows = [
    ...fieldRows(params, 'path'),
    ...fieldRows(query, 'query'),
    ...(route.idempotent === true
      ? [['<code>Idempotency-Key</code>', 'header', 'Carried out once a day, however often it is sent.']]
      : []),
    ...(body instanceof z.ZodObject
      ? fieldRows(body.shape, bodyOptional === true ? 'body (optional)' : 'body')
      : []),
  ];
  const answered = Object.entries(answers).map(([status, { description: what, schema, type }]) => {
    const shape = [schema === undefined ? [] : (registry.get(schema)?.id ?? ''), type ?? []]
      .flat()
      .join(', ');
    return `<li>${status} <code>${text(shape)}</code> ${text(what)}</li>`;
  });
  return `<section id="${id}">
<h3><span class="method">${method}</span> <code>${text(openPath(path))}</code></h3>
<p>${text(summary)}.${description === undefined ? '' : ` ${text(description)}`} ${scope === null ? 'Needs no token.' : `Scope <code>${scope}</code>.`}</p>
${rows.length === 0 ? '' : table(rows)}<ul>${answered.join('')}</ul>
</section>`;
}

function fieldRows(fields: Fields | undefined, place: string): string[][] {
  return Object.entries(fields ?? {}).map(([name, field]) => {
    const { description = '', type, enum: values } = z.toJSONSchema(field, { io: 'output' });
    const kind = values === undefined ? (type ?? '') : values.map(value => JSON.stringify(value)).join(' | ');
    const needed = field.safeParse(undefined).success ? '' : ', required';
    return [
      `<code>${text(name)}</code>`,
      `${place}${needed}`,
      text([kind, description].filter(Boolean).join('. ')),
    ];
  });
}

function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map(
    ([head = '', ...cells]) => `<tr><th>${head}</th>${cells.map(cell => `<td>${cell}</td>`).join('')}</tr>`,
  );
  return `<table>${lines.join('')}</table>`;
}

function text(value: string): string {
  return value.replace(/[&<>"]/g, character => `&#${String(character.charCodeAt(0))};`);
}
