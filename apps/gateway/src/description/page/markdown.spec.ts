import { describe, expect, it } from '@jest/globals';
import { renderLine, renderMarkdown } from './markdown.js';
import { html } from './markup.js';

const rendered = (text: string) => renderMarkdown(text).join('');

describe('A description as HTML', () => {
  it('has paragraphs, headings with an anchor, lists and fenced code', () => {
    expect(rendered('one\ntwo\n\nthree')).toBe('<p>one two</p><p>three</p>');
    expect(rendered('## How to sign')).toBe(
      '<h2 id="how-to-sign"><a class="anchor" href="#how-to-sign">How to sign</a></h2>',
    );
    expect(rendered('- a\n- b\n  c')).toBe('<ul><li>a</li><li>b c</li></ul>');
    expect(rendered('1. a\n2. b')).toBe('<ol><li>a</li><li>b</li></ol>');
    expect(rendered('```text\na\n\n- b\n```')).toBe('<pre><code>a\n\n- b</code></pre>');
  });

  it('has tables', () => {
    expect(rendered('| a | b |\n| --- | --- |\n| `c\\|d` | e |')).toContain(
      '<th scope="col">a</th><th scope="col">b</th></tr></thead>\n<tbody><tr><td><code>c|d</code></td><td>e</td></tr>',
    );
  });

  it('has code, bold and links in a line', () => {
    expect(renderLine('a `b` **c** [d](/e) f').join('')).toBe(
      'a <code>b</code> <strong>c</strong> <a href="/e">d</a> f',
    );
  });

  it('takes everything else for text', () => {
    for (const hostile of ['<script>', '`<b>`', '**<b>**', '[<b>](/x)', '| <b> |\n| --- |\n| <b> |', '## <b>']) {
      expect([hostile, rendered(hostile)]).toEqual([hostile, expect.not.stringMatching(/<(?:script|b)>/)]);
    }
    expect(renderLine('[a](/x"onclick="y)').join('')).toBe('<a href="/x&quot;onclick=&quot;y">a</a>');
    expect(String(html`<i title="${`"'&<>`}">${undefined}${1}</i>`)).toBe('<i title="&quot;&#39;&amp;&lt;&gt;">1</i>');
  });
});
