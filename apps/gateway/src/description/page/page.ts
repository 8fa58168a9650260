import type { Commands } from '../dialect-part.js';
import { type OpenApiDocument, type Response, resolve } from '../openapi.js';
import {
  answerRows,
  answerTable,
  type Endpoint,
  endpointSection,
  endpointsIn,
  renderMethod,
} from './endpoint-section.js';
import { anchorOf, renderMarkdown } from './markdown.js';
import { html, Markup } from './markup.js';
import { style } from './style.js';

/** The document as one page of HTML: no script, nothing from elsewhere. Its style is allowed by hash (`policy`). */
export function renderPage(document: OpenApiDocument, commands: Commands): string {
  const { info, tags } = document;
  const endpoints = endpointsIn(document);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${info.title} API</title>
<link rel="icon" href="data:,">
<style>${Markup.trusted(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<nav aria-label="Contents">
<p class="brand"><a href="#content">${info.title}</a> <small>${info.version}</small></p>
${contents(document, endpoints)}
</nav>
<main id="content">
<h1>${info.title} API</h1>
<p class="lead">${info.summary}</p>
${renderMarkdown(info.description)}
${answersOfEveryEndpoint(document)}
${tags.map(
  ({
    name,
    description,
  }) => html`<h2 id="${anchorOf(name)}"><a class="anchor" href="#${anchorOf(name)}">${name}</a></h2>
<p>${description}</p>
${endpoints.filter(({ tag }) => tag === name).map((endpoint) => endpointSection(document, endpoint, commands))}`,
)}
</main>
</body>
</html>
`.toString();
}

function contents({ info, tags }: OpenApiDocument, endpoints: readonly Endpoint[]): Markup {
  const headings = [...info.description.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading ?? '');
  const entry = (anchor: string, text: string, method?: Markup) =>
    html`<li><a href="#${anchor}">${method}${text}</a></li>`;
  return html`<p>Guide</p>
<ul>${[...headings, EVERY_ENDPOINT].map((heading) => entry(anchorOf(heading), heading))}</ul>
${tags.map(
  ({ name }) => html`<p>${name}</p>
<ul>${endpoints.filter(({ tag }) => tag === name).map((endpoint) => entry(endpoint.name, endpoint.summary.replace(/\.$/, ''), renderMethod(endpoint.ways[0]?.method ?? 'get')))}</ul>`,
)}`;
}

const EVERY_ENDPOINT = 'Answers of every endpoint';

function answersOfEveryEndpoint(document: OpenApiDocument): Markup {
  const rows = Object.entries(document['x-answers-elsewhere']).flatMap(([status, response]) =>
    answerRows(status, resolve<Response>(document, response)),
  );
  const anchor = anchorOf(EVERY_ENDPOINT);
  return html`<h2 id="${anchor}"><a class="anchor" href="#${anchor}">${EVERY_ENDPOINT}</a></h2>${answerTable(rows)}`;
}
