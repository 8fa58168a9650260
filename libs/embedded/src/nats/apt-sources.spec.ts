import { describe, expect, it } from '@jest/globals';
import { lineForSuite, parseLines, parseStanzas, readAptSources } from './apt-sources.js';

const STANZAS = `Types: deb deb-src
# a snapshot of the day
URIs: http://mirror.example/debian
Suites: bookworm
  bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: sid
Components: main

Types: deb-src
URIs: http://sources.example/debian
Suites: bookworm
Components: main
`;

describe("the machine's package sources", () => {
  it('are read from deb822 stanzas: deb, enabled, with continuation lines and comments', () => {
    expect(parseStanzas(STANZAS)).toEqual([
      {
        uri: 'http://mirror.example/debian',
        suites: ['bookworm', 'bookworm-updates'],
        components: ['main', 'contrib'],
        signedBy: '/usr/share/keyrings/debian.gpg',
      },
      {
        uri: 'http://mirror.example/debian-security',
        suites: ['bookworm-security'],
        components: ['main'],
        signedBy: undefined,
      },
    ]);
  });

  it('are read from one-line entries with and without options', () => {
    const text = [
      '# deb http://comment.example/debian sid main',
      'deb http://a.example/debian bookworm main contrib # ours',
      'deb [arch=amd64 signed-by=/k.gpg] http://b.example/debian/ sid main',
      'deb-src http://c.example/debian sid main',
      'deb nonsense',
    ].join('\n');
    expect(parseLines(text)).toEqual([
      { uri: 'http://a.example/debian', suites: ['bookworm'], components: ['main', 'contrib'], signedBy: undefined },
      { uri: 'http://b.example/debian/', suites: ['sid'], components: ['main'], signedBy: '/k.gpg' },
    ]);
  });

  it('give one line for a suite: the mirror and the key ring of the main archive', () => {
    expect(lineForSuite(parseStanzas(STANZAS), 'trixie')).toBe(
      'deb [signed-by=/usr/share/keyrings/debian.gpg] http://mirror.example/debian trixie main',
    );
  });

  it('give none on another distribution, nor with a key that is written into the entry', () => {
    expect(lineForSuite(parseLines('deb http://mirror.example/ubuntu noble main'), 'trixie')).toBeUndefined();
    const embedded = parseStanzas(
      'Types: deb\nURIs: http://a.example/debian\nSuites: s\nComponents: main\nSigned-By:\n -----BEGIN',
    );
    expect(lineForSuite(embedded, 'trixie')).toBeUndefined();
  });

  it('are none where there is no apt', async () => {
    expect(await readAptSources('/nonexistent')).toEqual([]);
  });
});
