/** The body of the page without its data. */
export const skeleton = `
<header id="head">
  <div class="who">
    <h1><span id="title"></span> <small id="run"></small></h1>
    <p id="about"></p>
    <details id="asked" hidden><summary>what was asked for</summary><pre id="prompt"></pre></details>
    <ul id="notes"></ul>
  </div>
  <dl id="money" aria-label="costs"></dl>
  <div id="chart"></div>
</header>
<div id="bar" role="toolbar" aria-label="filters">
  <div id="statuses" role="group" aria-label="status"></div>
  <div class="fields">
    <input id="search" type="search" placeholder="Search names  /" aria-label="search by name" autocomplete="off" spellcheck="false">
    <label><span>preset</span> <select id="preset"><option value="">all</option></select></label>
    <label><span>drift</span> <select id="reason"><option value="">any</option></select></label>
    <label><span>marks</span> <select id="mark"><option value="">any</option><option value="none">none</option><option value="accepted">accepted</option><option value="rejected">rejected</option></select></label>
    <span id="costs" class="costs"><span>$</span> <input id="least" inputmode="decimal" aria-label="costs at least, in dollars" placeholder="from"> <input id="most" inputmode="decimal" aria-label="costs at most, in dollars" placeholder="to"></span>
    <label><span>sort</span> <select id="sort"><option value="name">name</option></select></label>
  </div>
  <div class="tools">
    <span id="count" role="status"></span>
    <button id="more" type="button" aria-expanded="false">Filters</button>
    <button id="clear" type="button" hidden>Show all</button>
    <button id="open-export" type="button">Export</button>
    <button id="theme" type="button" aria-label="light or dark" title="light or dark">◐</button>
    <button id="open-help" type="button" aria-label="keys" title="keys (?)">?</button>
  </div>
</div>
<main>
  <div id="grid" role="listbox" tabindex="0" aria-label="pictures"></div>
  <p id="nothing" hidden>No picture is like that.</p>
</main>
<dialog id="viewer" aria-labelledby="viewed">
  <div class="view">
    <div id="stage">
      <div id="layers"></div>
      <div id="handle" role="slider" tabindex="0" aria-label="line between before and after" aria-valuemin="0" aria-valuemax="100" aria-valuenow="50"></div>
      <span class="side left" aria-hidden="true">before</span><span class="side right" aria-hidden="true">after</span>
      <div id="stage-notes" role="status"></div>
    </div>
    <aside>
      <p id="place"></p>
      <h2 id="viewed" tabindex="-1"></h2>
      <div class="judge">
        <button id="accept" type="button" aria-pressed="false" title="accept (a)">✓ Accept</button>
        <button id="reject" type="button" aria-pressed="false" title="reject (r)">✕ Reject</button>
      </div>
      <div id="facts"></div>
    </aside>
  </div>
  <div class="steps">
    <button id="previous" type="button" aria-label="previous picture" title="previous (←)">←</button>
    <button id="next" type="button" aria-label="next picture" title="next (→)">→</button>
    <button id="zoom" type="button" title="whole, true size, twice that (z)" aria-label="zoom"></button>
    <button type="button" data-close aria-label="close" title="close (Esc)">✕</button>
  </div>
</dialog>
<dialog id="export" aria-labelledby="export-title">
  <h2 id="export-title">Lists of sources</h2>
  <p><span id="marked"></span><span id="not-kept" hidden>: this browser keeps no marks for pages from the disk, they last until the page is closed</span></p>
  <p class="row"><button id="save-rejected" type="button">Save the rejected</button> <button id="save-accepted" type="button">Save the accepted</button></p>
  <div id="again">
    <p>Another go for the rejected, from where your browser saved the list:</p>
    <pre id="command" tabindex="0"></pre>
    <p class="row"><button id="copy" type="button">Copy</button> <span id="copied" role="status"></span></p>
  </div>
  <p id="again-note"></p>
  <details><summary>Load marks from a list</summary>
    <p><label>rejected <input id="load-rejected" type="file" accept=".txt,text/plain"></label></p>
    <p><label>accepted <input id="load-accepted" type="file" accept=".txt,text/plain"></label></p>
    <p id="loaded" role="status"></p>
  </details>
  <p class="end"><button type="button" data-close>Close</button></p>
</dialog>
<dialog id="help" aria-labelledby="help-title">
  <h2 id="help-title">Keys</h2>
  <dl class="keys">
    <dt>← → ↑ ↓</dt><dd>from picture to picture</dd>
    <dt>Enter, space</dt><dd>open a picture; there, space shows before or after</dd>
    <dt>[ ]</dt><dd>move the line between before and after (or the arrows, with the line in focus)</dd>
    <dt>z, + −, 0</dt><dd>true size and back; larger, smaller; whole</dd>
    <dt>a, r</dt><dd>accept, reject; once more takes it back</dd>
    <dt>/</dt><dd>search</dd>
    <dt>Esc</dt><dd>close; out of a field, back to the pictures</dd>
  </dl>
  <p>With the mouse over a picture the line follows. In a large one drag the line, turn the wheel to zoom, drag to move.</p>
  <p class="end"><button type="button" data-close>Close</button></p>
</dialog>
`;
