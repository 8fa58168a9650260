import { html, Markup } from './markup.js';

/**
 * The part of CommonMark (and its tables) in which our descriptions are written: `##` headings, paragraphs, lists,
 * fenced code, tables, and inside a line `code`, **bold** and links. Everything else is text.
 */
export function renderMarkdown(text: string): readonly Markup[] {
  return blocksOf(text).map(renderBlock);
}

/** One line, without blocks. */
export function renderLine(text: string): readonly Markup[] {
  return text.split(INLINE).map(renderPart);
}

/** What a heading is linked by. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

const INLINE = /(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)\s]+\))/;

function renderPart(part: string): Markup {
  if (part.startsWith('`') && part.endsWith('`') && part.length > 2) return html`<code>${part.slice(1, -1)}</code>`;
  if (part.startsWith('**') && part.length > 4) return html`<strong>${part.slice(2, -2)}</strong>`;
  const link = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(part);
  if (link === null) return html`${part}`;
  return html`<a href="${link[2]}">${link[1]}</a>`;
}

/** Blocks are parted by empty lines; those inside a fence part nothing. */
function blocksOf(text: string): readonly string[] {
  const blocks: string[] = [];
  let block: string[] = [];
  let isFenced = false;
  for (const line of [...text.trim().split('\n'), '']) {
    if (line.startsWith('```')) isFenced = !isFenced;
    if (line !== '' || isFenced) block.push(line);
    else if (block.length > 0) {
      blocks.push(block.join('\n'));
      block = [];
    }
  }
  return blocks;
}

function renderBlock(block: string): Markup {
  const heading = /^(#{2,4}) (.+)$/.exec(block);
  if (heading !== null) return renderHeading(heading[1]?.length ?? 2, heading[2] ?? '');
  if (block.startsWith('```')) return html`<pre><code>${block.split('\n').slice(1, -1).join('\n')}</code></pre>`;
  if (/^[-*] /.test(block)) return html`<ul>${items(block, /^[-*] /m)}</ul>`;
  if (/^1\. /.test(block)) return html`<ol>${items(block, /^\d+\. /m)}</ol>`;
  if (block.startsWith('|')) return renderTable(block);
  return html`<p>${renderLine(block.replaceAll('\n', ' '))}</p>`;
}

function renderHeading(level: number, text: string): Markup {
  const anchor = anchorOf(text);
  const inside = html`<a class="anchor" href="#${anchor}">${renderLine(text)}</a>`;
  if (level === 2) return html`<h2 id="${anchor}">${inside}</h2>`;
  return level === 3 ? html`<h3 id="${anchor}">${inside}</h3>` : html`<h4 id="${anchor}">${inside}</h4>`;
}

function items(block: string, marker: RegExp): readonly Markup[] {
  return block
    .split(new RegExp(marker.source, 'gm'))
    .slice(1)
    .map((item) => html`<li>${renderLine(item.trim().replace(/\n\s*/g, ' '))}</li>`);
}

function renderTable(block: string): Markup {
  const [head = [], , ...rows] = block.split('\n').map(cellsOf);
  return table(
    head.map((cell) => html`${renderLine(cell)}`),
    rows.map((row) => row.map((cell) => html`${renderLine(cell)}`)),
  );
}

function cellsOf(line: string): readonly string[] {
  return line
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** A table that scrolls by itself where the page is too narrow for it; `kind` is for the style. */
export function table(head: readonly Markup[], rows: readonly (readonly Markup[])[], kind = 'plain'): Markup {
  const line = (row: readonly Markup[]) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`;
  return html`<div class="wide" tabindex="0" role="region" aria-label="table"><table class="${kind}">
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(line)}</tbody></table></div>`;
}
