/** The style of a report: one column, light or dark as the reader has it, fit for paper. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --line: #d0d7de; --soft: #f6f8fa; --dim: #59636e; --good: #1a7f37; --bad: #b3261e;
  --plus: #dafbe1; --minus: #ffebe9; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3d444d; --soft: #161b22; --dim: #9198a1; --good: #4ac26b; --bad: #ff8a80;
    --plus: #12361f; --minus: #4a1b1a; }
}
body { font: 15px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin-top: 0; overflow-wrap: anywhere; }
h3 { font-size: .8rem; text-transform: uppercase; letter-spacing: .05em; color: var(--dim); margin: 1.25rem 0 .25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; margin: .35rem 0;
  white-space: pre-wrap; overflow-wrap: anywhere; font: 12.5px/1.5 ui-monospace, monospace; }
ol, ul { margin: .25rem 0; padding-left: 1.5rem; }
li { overflow-wrap: anywhere; }
code { font: 12.5px ui-monospace, monospace; }
details { margin: .35rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
pre.diff { padding: .4rem 0; }
pre.diff span { display: block; padding: 0 .8rem; min-height: 1.5em; }
pre.diff .added { background: var(--plus); }
pre.diff .removed { background: var(--minus); }
pre.diff .hunk { color: var(--dim); }
section { border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.25rem; margin: 1.25rem 0; }
.completed { color: var(--good); }
.failed { color: var(--bad); }
.dim { color: var(--dim); }
nav a { color: inherit; }
@media print {
  body { margin: 0; max-width: none; }
  section { break-inside: avoid-page; border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 1rem 0; }
  nav { display: none; }
}
`;
