/** How the page looks: large, calm, dark at night; nothing is loaded for it. */
import { createHash } from 'node:crypto';

export const STYLE = `
:root{color-scheme:light dark;--bg:#f4f5f7;--card:#fff;--ink:#14171c;--dim:#59616d;--line:#d9dde3;--red:#c4232f;--amber:#8a5a00;--green:#1c7a42;--blue:#1f5fc4;--on:#fff}
@media(prefers-color-scheme:dark){:root{--bg:#0a0c0f;--card:#14181d;--ink:#e8eaed;--dim:#9aa3ae;--line:#2b323a;--red:#ff6b6b;--amber:#f0b24a;--green:#5ccb85;--blue:#4c8dff;--on:#081018}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:17px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:40rem;margin:0 auto;padding:1rem .9rem 3rem}
header{display:flex;justify-content:space-between;gap:1rem;color:var(--dim);font-size:.9rem;margin:0 .1rem .8rem}
section,.said{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1rem;margin:0 0 1rem}
h1,h2{font-size:1.35rem;line-height:1.25;margin:.35rem 0 .5rem}
h3{font-size:.95rem;margin:1.1rem 0 .3rem;color:var(--dim)}
p{margin:.3rem 0}
.dim{color:var(--dim);font-size:.92rem}
.chip{display:inline-block;font-size:.8rem;font-weight:700;letter-spacing:.04em;text-transform:uppercase;border:2px solid;border-radius:99px;padding:.05rem .6rem;margin-right:.4rem}
.triggered{color:var(--red)}.acknowledged,.snoozed{color:var(--amber)}.resolved{color:var(--green)}
.said{border-left:6px solid var(--green);font-weight:600}.said.pending{border-left-color:var(--amber)}.said.nothing{border-left-color:var(--dim)}
form{margin:.9rem 0 0;display:grid;grid-template-columns:1fr 1fr 1fr;gap:.55rem}
button{font:inherit;font-weight:650;min-height:3.1rem;border:2px solid var(--line);border-radius:12px;background:transparent;color:var(--ink);padding:.4rem;cursor:pointer}
details{margin-top:.7rem}
form>button:not(.wide){font-size:.98rem;padding:.2rem}
button:focus-visible,a:focus-visible,summary:focus-visible{outline:3px solid var(--blue);outline-offset:2px}
.wide{grid-column:1/-1;min-height:3.9rem;font-size:1.15rem;background:var(--blue);border-color:var(--blue);color:var(--on)}
.two{grid-column:1/-1;display:grid;grid-template-columns:1fr 1fr;gap:.55rem}
.ok{color:var(--green);border-color:var(--green)}.up{color:var(--amber);border-color:var(--amber)}
.label{grid-column:1/-1;margin:.2rem 0 -.25rem}
ul,ol{list-style:none;margin:0;padding:0}
li{padding:.35rem 0;border-top:1px solid var(--line);font-size:.95rem}
li:first-child{border-top:0}
time{color:var(--dim);font-size:.85rem;display:block}
pre{white-space:pre-wrap;font:.9rem/1.4 ui-monospace,monospace;margin:.4rem 0;color:var(--dim)}
summary{cursor:pointer;color:var(--dim);padding:.3rem 0}
a{color:var(--blue)}
nav{display:flex;justify-content:space-between}
footer{color:var(--dim);font-size:.85rem}
`.replaceAll('\n', '');

/** As a Content-Security-Policy names this style and nothing else. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
