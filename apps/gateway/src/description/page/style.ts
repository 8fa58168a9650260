/** The style of the page: system fonts, light and dark by the reader's setting, one column where it is narrow. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --panel: #f6f7f9; --line: #d9dde3; --text: #1c2430; --quiet: #586374; --link: #0b5cad;
  --get: #0b6b3a; --post: #0b5cad; --put: #8a5a00; --delete: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --panel: #1a2029; --line: #303946; --text: #e4e8ee; --quiet: #9fabbb; --link: #7db8f5;
    --get: #6bd29a; --post: #7db8f5; --put: #e8b65c; --delete: #ff9a91;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  display: grid; grid-template-columns: 17rem minmax(0, 1fr);
}
nav {
  position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.25rem 1rem 2rem 1.25rem;
  border-right: 1px solid var(--line); background: var(--panel); font-size: .875rem;
}
nav p { margin: 1.1rem 0 .25rem; font-weight: 600; color: var(--quiet); }
nav .brand { margin-top: 0; font-size: 1.05rem; }
nav .brand a { color: var(--text); }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: .2rem .5rem; margin-left: -.5rem; border-radius: 4px; color: var(--text); }
nav li .method { font-size: .68rem; margin-right: .35rem; }
nav li a:hover { background: var(--line); text-decoration: none; }
main { padding: 2rem clamp(1rem, 4vw, 3.5rem) 6rem; max-width: 62rem; }
h1 { margin: 0; font-size: 2rem; line-height: 1.2; }
h2 { margin: 3rem 0 .75rem; padding-top: 1.25rem; border-top: 1px solid var(--line); font-size: 1.5rem; line-height: 1.25; }
h3 { margin: 2rem 0 .5rem; font-size: 1.15rem; line-height: 1.3; }
h4 { margin: 1.25rem 0 .4rem; font-size: .95rem; }
small { color: var(--quiet); font-weight: 400; font-size: .85em; }
.lead { margin: .25rem 0 1.5rem; font-size: 1.1rem; color: var(--quiet); }
p, ul, ol { margin: .6rem 0; }
li { margin: .2rem 0; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
main p a, main li a, main td a { text-decoration: underline; }
a.anchor { color: inherit; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86em; }
code { background: var(--panel); border-radius: 4px; padding: .1em .3em; overflow-wrap: anywhere; }
pre { margin: .6rem 0; padding: .8rem 1rem; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; line-height: 1.45;
  white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { background: none; padding: 0; overflow-wrap: inherit; }
.wide { overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 600; white-space: nowrap; }
td:first-child { white-space: nowrap; }
td code { overflow-wrap: break-word; }
.answers { table-layout: fixed; }
.answers th:first-child { width: 3.4rem; }
.answers th:last-child { width: 36%; }
.answers td { overflow-wrap: break-word; }
td em { color: var(--quiet); font-size: .85em; }
.endpoint { margin: 1.5rem 0; padding: .25rem 1.25rem 1.25rem; border: 1px solid var(--line); border-radius: 8px; }
.endpoint h3 { margin-top: 1rem; }
.ways { list-style: none; padding: 0; }
.ways li { display: grid; grid-template-columns: 4.2rem minmax(0, 1fr); align-items: baseline; justify-items: start; }
.method { font-size: .8rem; letter-spacing: .03em; color: var(--post); }
.method.get { color: var(--get); } .method.put { color: var(--put); } .method.delete { color: var(--delete); }
.permission { color: var(--quiet); }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--page); padding: .5rem 1rem; z-index: 1; }
@media (max-width: 52rem) {
  body { display: block; }
  nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); }
  nav { padding-bottom: 1rem; }
  nav ul { columns: 2 11rem; column-gap: 1.5rem; }
  nav li { break-inside: avoid; }
  main { padding-top: 1.5rem; }
  .members td:first-child { white-space: normal; }
  td code { overflow-wrap: anywhere; }
  .answers thead { display: none; }
  .answers tr { display: grid; grid-template-columns: 3rem minmax(0, 1fr); border-bottom: 1px solid var(--line); }
  .answers td { border: 0; padding-right: 0; }
  .answers td:nth-child(2) { grid-area: 2 / 1 / 3 / 3; padding-top: 0; }
  .endpoint { padding: .25rem .9rem 1rem; }
}
@media print { nav, .skip { display: none; } body { display: block; } .endpoint { break-inside: avoid; } }
`;
