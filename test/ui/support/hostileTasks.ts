import type { SampleTask } from './sampleHistory.ts';

/** What runs where a text is taken for markup, a script, a style or a link. Each calls `alert`. */
const PAYLOADS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '"><svg/onload=alert(1)>',
  "' autofocus onfocus=alert(1) x='",
  '<iframe srcdoc="<script>parent.alert(1)</script>">',
  '</main><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '<a href="javascript:alert(1)">x</a>',
  '<details open ontoggle=alert(1)>',
  '<style>@import "javascript:alert(1)";*{display:none!important}</style>',
  '<base href="https://example.invalid/"><link rel=stylesheet href=x>',
  '<meta http-equiv=refresh content="0;url=https://example.invalid/">',
  '{{constructor.constructor("alert(1)")()}} ${alert(1)}',
  '\u202egnp.exe\u202c \u0000 \u001b[31m <b>',
  '__proto__',
];

/** Tasks with such texts wherever the dashboard shows one: the slowest of all, each with an agent and a model of its own. */
export function hostileTasks(): SampleTask[] {
  return PAYLOADS.map((text, index) => ({
    ...{ daysAgo: 0.2, description: text, agent: `acp:${text}`, model: text },
    executionTime: 7_000_000 - index,
  }));
}
