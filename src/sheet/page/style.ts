/** The page's style: every colour is one of these few, for light and for dark. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f4f2, #171818);
  --panel: light-dark(#ffffff, #1f2121);
  --well: light-dark(#e7e7e4, #0f1010);
  --line: light-dark(#d9d9d5, #333636);
  --text: light-dark(#1c1d1d, #e6e6e3);
  --soft: light-dark(#5f6262, #9fa3a2);
  --accent: light-dark(#1d5fbf, #7fb0f5);
  --good: light-dark(#1c7440, #63c48a);
  --bad: light-dark(#b3261e, #f2897f);
  --odd: light-dark(#8a5a00, #e3b04b);
  --on: light-dark(#ffffff, #101111);
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
* { box-sizing: border-box; }
html { background: var(--ground); color: var(--text); font: 14px/1.45 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 1800px; padding: 0 20px 40px; overflow-wrap: anywhere; }
h1, h2, p, dl, dd, ul, figure, pre { margin: 0; padding: 0; }
h1 { font-size: 20px; font-weight: 650; letter-spacing: -.01em; }
h1 small { color: var(--soft); font: 13px ui-monospace, monospace; margin-left: 6px; letter-spacing: 0; }
h2 { font-size: 16px; font-weight: 600; }
[hidden] { display: none !important; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
button, select, input { font: inherit; color: inherit; border: 1px solid var(--line); background: var(--panel); border-radius: 6px; padding: 3px 9px; height: 30px; min-width: 0; }
button { cursor: pointer; white-space: nowrap; }
button:hover:not(:disabled) { border-color: var(--soft); }
button:disabled { opacity: .45; cursor: default; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
#head { display: flex; flex-wrap: wrap; gap: 14px 36px; align-items: flex-start; padding: 20px 0 14px; }
.who { flex: 1 1 340px; min-width: 0; }
#money { flex: 0 1 auto; max-width: 460px; }
#about { color: var(--soft); display: flex; flex-wrap: wrap; gap: 0 16px; margin-top: 2px; }
#asked { margin-top: 6px; color: var(--soft); }
summary { cursor: pointer; }
pre { white-space: pre-wrap; font: 12px/1.5 ui-monospace, monospace; }
#prompt { max-height: 9em; overflow: auto; padding: 8px 0; color: var(--text); max-width: 90ch; }
#notes { list-style: none; color: var(--odd); }
#money { display: flex; flex-wrap: wrap; gap: 4px 26px; }
#money dt { color: var(--soft); font-size: 12px; }
#money dd { font-size: 16px; font-variant-numeric: tabular-nums; }
#chart { flex: 0 0 260px; }
#chart:empty { display: none; }
.chart svg { display: block; width: 260px; height: 56px; overflow: visible; }
.chart .filled { fill: var(--accent); }
.chart .reach { fill: transparent; }
.chart .bar { cursor: pointer; }
.chart .bar:hover .reach, .chart .bar:focus-visible .reach { fill: var(--well); }
.chart line { stroke: var(--line); }
.chart text { fill: var(--soft); font-size: 10px; }
figcaption { color: var(--soft); font-size: 11px; text-align: center; margin-top: -13px; pointer-events: none; }
#bar { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; padding: 10px 0; background: var(--ground); border-bottom: 1px solid var(--line); margin-bottom: 12px; }
#statuses { display: flex; flex-wrap: wrap; gap: 4px; }
#statuses button { border-color: transparent; background: none; color: var(--soft); padding: 3px 8px; }
#statuses button b { color: var(--text); font-weight: 600; font-variant-numeric: tabular-nums; }
#statuses button.failed b { color: var(--bad); }
#statuses button:is(.drifted, .review) b { color: var(--odd); }
#statuses button:hover { background: var(--well); }
#statuses button[aria-pressed="true"] { background: var(--text); color: var(--ground); }
#statuses button[aria-pressed="true"] b { color: inherit; }
.fields, .tools { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.fields label, .costs { color: var(--soft); white-space: nowrap; }
.fields select { color: var(--text); padding: 3px 4px; max-width: 120px; }
#search { width: 170px; }
.costs input { width: 56px; }
.tools { margin-left: auto; }
#count { color: var(--soft); font-variant-numeric: tabular-nums; }
#more { display: none; }
#theme, #open-help { width: 30px; padding: 0; }
#grid { position: relative; outline: none; }
#grid:focus-visible .cell.active { outline: 2px solid var(--accent); outline-offset: 1px; }
.cell { position: absolute; left: 0; top: 0; display: flex; flex-direction: column; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; cursor: pointer; contain: strict; }
.cell.active { border-color: var(--soft); }
.cell.rejected { border-color: var(--bad); }
.cell.accepted { border-color: var(--good); }
.cell.rejected .compare { opacity: .45; }
.frame { flex: 1; min-height: 0; background: var(--well); position: relative; }
.frame.none { display: grid; place-items: center; padding: 10px; text-align: center; color: var(--soft); font-size: 12px; }
.compare { --split: 50%; position: relative; width: 100%; height: 100%; overflow: hidden; }
.layer { position: absolute; inset: 0; overflow: hidden; }
.layer img { width: 100%; height: 100%; object-fit: contain; display: block; transform-origin: center; user-select: none; }
.layer.before { clip-path: inset(0 calc(100% - var(--split)) 0 0); }
.layer.after { clip-path: inset(0 0 0 var(--split)); }
.single .layer { clip-path: none; }
.compare .line { position: absolute; top: 0; bottom: 0; left: var(--split); width: 1px; background: #fff; box-shadow: 0 0 2px #000a; }
.line-of-facts { display: flex; gap: 8px; align-items: center; height: 29px; padding: 0 8px; font-size: 12px; flex: none; }
.name { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.cost { color: var(--soft); white-space: nowrap; font-variant-numeric: tabular-nums; }
.cost:empty { display: none; }
.badge { flex: none; max-width: 50%; padding: 0 6px; border-radius: 4px; font-size: 11px; line-height: 17px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.badge.failed { background: var(--bad); color: var(--on); }
.badge:is(.drifted, .review) { background: var(--odd); color: var(--on); }
.badge.unchanged { color: var(--soft); padding: 0; }
.mark { position: absolute; top: 6px; left: 6px; width: 22px; height: 22px; border-radius: 50%; display: grid; place-items: center; font-weight: 700; font-size: 12px; color: var(--on); background: var(--good); }
.rejected .mark { background: var(--bad); }
#nothing { padding: 60px 0; text-align: center; color: var(--soft); }
dialog { border: 1px solid var(--line); border-radius: 10px; background: var(--panel); color: var(--text); padding: 20px 22px; max-width: min(720px, 94vw); }
dialog::backdrop { background: #000a; }
dialog > * + * { margin-top: 12px; }
.row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.end { text-align: right; }
#again > * + * { margin-top: 6px; }
#command { background: var(--well); border-radius: 6px; padding: 9px 11px; max-height: 12em; overflow: auto; }
#again-note, #copied { color: var(--soft); }
.keys { display: grid; grid-template-columns: max-content 1fr; gap: 5px 18px; }
.keys dt { font-family: ui-monospace, monospace; color: var(--soft); }
#viewer { width: 100vw; height: 100dvh; max-width: none; max-height: none; padding: 0; border: 0; border-radius: 0; overflow: hidden; background: var(--ground); }
.view { display: flex; height: 100%; margin: 0; }
#stage { --split: 50%; flex: 1; position: relative; min-width: 0; background: var(--well); overflow: hidden; touch-action: none; cursor: ew-resize; }
#stage.zoomed { cursor: grab; }
#layers { position: absolute; inset: 0; }
#handle { position: absolute; top: 0; bottom: 0; left: calc(var(--split) - 16px); width: 32px; cursor: ew-resize; outline: none; }
#handle::after { content: "↔"; position: absolute; top: 50%; left: 3px; width: 26px; height: 26px; margin-top: -13px; border-radius: 50%; background: #fff; color: #222; display: grid; place-items: center; font-size: 13px; box-shadow: 0 0 4px #0008; }
#handle:focus-visible::after { outline: 3px solid var(--accent); }
.side { position: absolute; top: 12px; padding: 1px 8px; border-radius: 5px; font-size: 12px; background: #0009; color: #fff; pointer-events: none; }
.side.left { left: 12px; }
.side.right { right: 12px; }
#handle[hidden] ~ .side { display: none; }
#stage-notes { position: absolute; left: 12px; bottom: 12px; right: 12px; pointer-events: none; }
#stage-notes p { width: fit-content; max-width: 100%; background: var(--panel); border-radius: 5px; padding: 2px 8px; margin-top: 4px; font-size: 12px; }
aside { width: 320px; flex: none; overflow: auto; padding: 58px 18px 18px; border-left: 1px solid var(--line); background: var(--panel); }
#place { color: var(--soft); font-size: 12px; }
#viewed { outline: none; max-height: 8em; overflow: auto; }
.judge { display: flex; gap: 8px; margin: 12px 0 16px; }
.judge button { flex: 1; }
#accept[aria-pressed="true"] { background: var(--good); color: var(--on); border-color: transparent; }
#reject[aria-pressed="true"] { background: var(--bad); color: var(--on); border-color: transparent; }
#facts dt { color: var(--soft); font-size: 12px; }
#facts dd { margin-bottom: 8px; white-space: pre-wrap; }
.steps { position: absolute; top: 12px; right: 16px; display: flex; gap: 6px; margin: 0; }
#zoom { min-width: 64px; font-variant-numeric: tabular-nums; }
@media (max-width: 700px) {
  body { padding: 0 10px 30px; }
  #bar { position: static; }
  #more { display: block; }
  .fields { width: 100%; order: 1; }
  #bar:not(.open) .fields { display: none; }
  .side { top: auto; bottom: 12px; }
  #search { flex: 1 1 100%; }
  .tools { margin-left: 0; width: 100%; }
  #count { flex: 1; }
  .view { flex-direction: column; }
  #stage { flex: 1 1 60%; }
  aside { width: auto; flex: 0 0 40%; border-left: 0; border-top: 1px solid var(--line); padding: 12px 14px; }
  .judge { margin: 8px 0 10px; }
  #facts dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; }
  #facts dd { margin: 0; }
}
@media (prefers-reduced-motion: no-preference) {
  .badge, button { transition: background-color .12s, border-color .12s; }
}
`;
