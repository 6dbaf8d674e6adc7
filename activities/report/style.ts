/** Style sheet of the report. Charts take their colours from its variables. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1d2733; --soft: #5b6875; --rule: #dde2e7; --accent: #2f5f8f; --good: #1f6b45; --bad: #a8261c; --tint: #f5f7f9 }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #14191f; --ink: #e3e8ed; --soft: #98a4b0; --rule: #2d363f; --accent: #6fa3d8; --good: #6cc79a; --bad: #f08a80; --tint: #1b2229 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; -webkit-text-size-adjust: 100% }
main { max-width: 1080px; margin: 0 auto; padding: 40px 20px 64px }
h1, h2, h3, p, dl, dd, figure, ul { margin: 0 }
h1 { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 12px; font-size: 30px; font-weight: 650; line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere }
h1 .date { font-weight: 400; color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap }
h2 { font-size: 20px; font-weight: 650; line-height: 1.3; margin-bottom: 14px }
h2.break { margin-top: 56px; padding-top: 20px; border-top: 2px solid var(--ink) }
h3 { font-size: 17px; font-weight: 600; line-height: 1.35; text-wrap: balance }
.number { display: inline-block; min-width: 1.3em; color: var(--accent); font-variant-numeric: tabular-nums }
.eyebrow { color: var(--soft); font-size: 12.5px; letter-spacing: .08em; text-transform: uppercase; margin-bottom: 6px }
.mark { display: inline-block; padding: 1px 9px; border: 1px solid; border-radius: 99px; font-size: 13px; font-weight: 600; letter-spacing: 0; line-height: 1.5; white-space: nowrap }
h1 .mark { align-self: center }
h2 .mark { vertical-align: .12em; margin-left: 6px }
.good { color: var(--good) }
.bad { color: var(--bad) }
header { padding-bottom: 24px; margin-bottom: 32px; border-bottom: 1px solid var(--rule) }
dl { display: flex; flex-wrap: wrap; gap: 12px 24px; margin-top: 18px }
dt { color: var(--soft); font-size: 12.5px }
dd { font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
code { font: 13.5px/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace }
a { color: var(--accent); text-underline-offset: 2px }
.links a + a { margin-left: 16px }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 24px 56px; align-items: start }
.question { padding: 28px 0 }
.question + .question { border-top: 1px solid var(--rule) }
.question .pair { margin-top: 18px }
.note { color: var(--soft); font-size: 13.5px; margin-top: 4px; max-width: 60em }
.answer { margin-top: 10px; font-weight: 600; overflow-wrap: anywhere; unicode-bidi: isolate }
.caption, figcaption { font-size: 13.5px; font-weight: 600; margin-bottom: 6px }
.box + .caption { margin-top: 20px }
.count { color: var(--soft); font-weight: 400; margin-left: 6px }
.empty { color: var(--soft); padding: 12px 14px; background: var(--tint); font-size: 14px }
.empty + * { margin-top: 20px }
.box { overflow-x: auto }
.scroll { max-height: 372px; overflow-y: auto; border: 1px solid var(--rule); padding: 0 10px }
.scroll th { position: sticky; top: 0; background: var(--paper) }
table { width: 100%; border-collapse: collapse; font-size: 14px; line-height: 1.4 }
th, td { padding: 4px 12px 4px 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; unicode-bidi: isolate }
th:last-child, td:last-child { padding-right: 0 }
thead th { color: var(--soft); font-size: 12.5px; font-weight: 500; white-space: nowrap; box-shadow: inset 0 -1px var(--rule) }
tbody tr + tr td, tbody tr + tr th { border-top: 1px solid var(--rule) }
td { font-variant-numeric: tabular-nums }
.n { text-align: right; white-space: nowrap; overflow-wrap: normal }
tbody th { font-weight: 400 }
.ledger .station th, .ledger .sum th, .ledger .sum td { font-weight: 600 }
.ledger .part th { padding-left: 18px }
.ledger tbody .sum > * { border-top: 1.5px solid var(--ink) }
.off { color: var(--bad); font-weight: 700 }
.problems { margin-top: 14px; padding: 10px 14px 10px 30px; border-left: 3px solid var(--bad); background: var(--tint); font-size: 14px }
.ledger .note { margin-top: 14px }
svg { display: block; width: 100%; max-width: 560px; height: auto; font-family: inherit; font-variant-numeric: tabular-nums }
@media screen and (max-width: 800px) {
  main { padding: 24px 16px 40px }
  h1 { font-size: 25px }
  .pair { grid-template-columns: minmax(0, 1fr) }
}
@media print {
  body { font-size: 10pt }
  main { max-width: none; padding: 0 }
  table { font-size: 8.5pt }
  th, td { padding-top: 2px; padding-bottom: 2px }
  .pair { gap: 16px 28px }
  .scroll { max-height: none; overflow: visible; border: 0; padding: 0 }
  .scroll th { position: static }
  thead { display: table-header-group }
  tr, figure, h3, .ledger { break-inside: avoid }
  h2, h3, .note, .caption { break-after: avoid }
}
`;
