import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One place that this machine takes Debian packages from. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Path of the key ring, when the entry names one. */
  readonly signedBy?: string | undefined;
}

/** What the machine's own apt would read, both formats of sources.list(5); no file, no sources. */
export async function readAptSources(folder = '/etc/apt'): Promise<readonly AptSource[]> {
  const parts = join(folder, 'sources.list.d');
  const names = (await readdir(parts).catch(() => [])).sort().map((name) => join(parts, name));
  const sources: AptSource[] = [];
  for (const path of [join(folder, 'sources.list'), ...names]) {
    const text = await readFile(path, 'utf8').catch(() => '');
    sources.push(...(path.endsWith('.sources') ? parseStanzas(text) : path.endsWith('.list') ? parseLines(text) : []));
  }
  return sources;
}

/** One-line format: `deb [option=value ...] uri suite component...`. */
export function parseLines(text: string): readonly AptSource[] {
  return text.split('\n').flatMap((line) => {
    const found = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    const [, options = '', uri, suite, components = ''] = found ?? [];
    if (uri === undefined || suite === undefined) {
      return [];
    }
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1];
    return [{ uri, suites: [suite], components: words(components), signedBy }];
  });
}

/** deb822 format: stanzas of `Field: value`; continuation lines begin with a blank, comments with #. */
export function parseStanzas(text: string): readonly AptSource[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  return lines
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const fields = new Map<string, string>();
      for (const field of stanza.replaceAll(/\n[ \t]+/g, ' ').split('\n')) {
        const colon = field.indexOf(':');
        if (colon > 0) {
          fields.set(field.slice(0, colon).trim().toLowerCase(), field.slice(colon + 1).trim());
        }
      }
      if (!words(fields.get('types')).includes('deb') || fields.get('enabled')?.toLowerCase() === 'no') {
        return [];
      }
      const [suites, components] = [words(fields.get('suites')), words(fields.get('components'))];
      const signedBy = fields.get('signed-by');
      return words(fields.get('uris')).map((uri) => ({ uri, suites, components, signedBy }));
    });
}

/**
 * The line to fetch one suite of Debian's main archive from where this machine takes Debian from, checked by the same
 * key ring; undefined when it takes none (another distribution, or an entry with the key written into it).
 */
export function lineForSuite(sources: readonly AptSource[], suite: string): string | undefined {
  const debian = sources.find(
    ({ uri, components, signedBy }) =>
      /\/debian\/?$/.test(uri) && components.includes('main') && (signedBy === undefined || signedBy.startsWith('/')),
  );
  const option = debian?.signedBy === undefined ? '' : `[signed-by=${debian.signedBy}] `;
  return debian === undefined ? undefined : `deb ${option}${debian.uri} ${suite} main`;
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
