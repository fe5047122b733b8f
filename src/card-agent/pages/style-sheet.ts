/** Paper, ink and one teal plate, as the portal's pages; the agent carries its own small sheet, since it stands alone. */
export const styleSheet = `:root { color-scheme: light; --paper: #fcfcfa; --sheet: #ffffff; --rule: #d4dbd8; --ink: #16211f; --ink-soft: #47544f; --teal: #0b5557; --teal-deep: #073f41; --ok: #1d6638; --ok-wash: #e7f2ea; --wait: #7a4d00; --wait-wash: #faf1dd; --stop: #a12a1b; --stop-wash: #fbebe7; --off: #4d5955; --off-wash: #edf0ee; --focus: #b4560a; }
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 400 1rem/1.7 "Noto Sans TC", "Noto Sans CJK TC", "PingFang TC", "Microsoft JhengHei", sans-serif; overflow-wrap: anywhere; }
header, main { max-width: 46rem; margin: 0 auto; padding: 0 1.5rem; }
h1, h2, p, ol, ul, dl, dd { margin: 0; padding: 0; }
h1 { font-size: 1.75rem; line-height: 1.35; }
h1 [lang="en"] { display: block; font-weight: 400; font-size: 1rem; }
[lang="en"] { color: var(--ink-soft); font-size: 0.875em; }
a { color: var(--teal); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
code { font-family: ui-monospace, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; font-size: 0.88em; }
.plate { display: inline-block; padding: 1rem 1.5rem 0.75rem; border-radius: 0 0 6px 6px; background: var(--teal); color: #ffffff; font-weight: 700; line-height: 1.35; }
.plate [lang="en"] { display: block; color: #cfe3e1; font-weight: 400; }
main { padding-block: 2rem 4rem; display: grid; gap: 1rem; }
main ul { padding-inline-start: 1.25rem; }
.lead [lang="en"], .next [lang="en"], .note [lang="en"] { display: block; }
.note, .time { color: var(--ink-soft); font-size: 0.875rem; }
.button { display: inline-block; padding: 0.5rem 1.25rem; border-radius: 6px; background: var(--teal); color: #ffffff; font-weight: 700; text-decoration: none; }
.button:hover { background: var(--teal-deep); }
.button [lang="en"] { color: #cfe3e1; font-weight: 400; }
.steps { list-style: none; border-block-start: 2px solid var(--ink); counter-reset: step; margin-block-end: 0.75rem; }
.step { counter-increment: step; display: grid; grid-template-columns: 2.5rem minmax(0, 1fr) auto; column-gap: 0.75rem; row-gap: 0.5rem; padding: 1rem 0; border-block-end: 1px solid var(--rule); }
.step::before { content: counter(step); color: var(--teal); font-size: 1.375rem; font-weight: 700; line-height: 1.35; grid-row: 1; }
.step h2 { font-size: 1.125rem; line-height: 1.5; }
.step h2 [lang="en"] { font-weight: 400; }
.state { padding: 0.125rem 0.75rem; border-radius: 3px; font-weight: 700; font-size: 0.9375rem; align-self: start; }
.state [lang="en"] { color: inherit; font-weight: 400; }
.step-ok .state { background: var(--ok-wash); color: var(--ok); }
.step-attention .state { background: var(--wait-wash); color: var(--wait); }
.step-stop .state { background: var(--stop-wash); color: var(--stop); }
.step-skipped .state { background: var(--off-wash); color: var(--off); }
.step-skipped h2 { color: var(--off); font-weight: 400; }
.step dl { grid-column: 2 / -1; display: grid; grid-template-columns: minmax(8rem, max-content) minmax(0, 1fr); gap: 0.125rem 1rem; font-size: 0.9375rem; }
.step dt { color: var(--ink-soft); }
.step .next { grid-column: 2 / -1; padding: 0.75rem 1rem; border-inline-start: 3px solid currentColor; background: var(--wait-wash); }
.step-stop .next { background: var(--stop-wash); }
.stale { opacity: 0.45; }
p.next { padding: 0.75rem 1rem; border-inline-start: 3px solid currentColor; background: var(--wait-wash); }
.step .code { grid-column: 2 / -1; color: var(--ink-soft); font-size: 0.8125rem; }
@media (max-width: 40rem) {
  header, main { padding-inline: 1rem; }
  .step { grid-template-columns: 2rem minmax(0, 1fr); }
  .step .state { grid-column: 2; justify-self: start; }
  .step dl { grid-template-columns: minmax(0, 1fr); }
  .step dd { margin-block-end: 0.25rem; }
}
@media print { .actions, #live { display: none; } }
`;
