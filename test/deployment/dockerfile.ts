import { cpSync, existsSync, linkSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../architecture/workspace.js';

/** One `FROM … AS …` and what follows. */
export interface Stage {
  readonly name: string;
  /** Another stage, or an image. */
  readonly base: string;
  readonly instructions: readonly { readonly verb: string; readonly text: string }[];
}

export interface Copy {
  /** The stage that it is taken from; the build context when undefined. */
  readonly from: string | undefined;
  readonly source: string;
  readonly target: string;
}

/** The Dockerfile of this repository, read as far as our checks need it. */
export class Dockerfile {
  readonly stages: readonly Stage[];
  private readonly defaults: Readonly<Record<string, string>>;

  constructor(readonly text = readFileSync(join(root, 'Dockerfile'), 'utf8')) {
    const instructions = text
      .replace(/^\s*#.*\n/gm, '')
      .replace(/\\\n/g, ' ')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => ({ verb: line.split(/\s/, 1)[0] ?? '', text: line.replace(/^\S+\s*/, '') }));
    const stages: { name: string; base: string; instructions: { verb: string; text: string }[] }[] = [];
    const defaults: Record<string, string> = {};
    for (const instruction of instructions) {
      const from = /^(?:--platform=\S+\s+)?(\S+)\s+AS\s+(\S+)$/.exec(instruction.text);
      if (instruction.verb === 'FROM' && from !== null) {
        stages.push({ base: from[1] ?? '', name: from[2] ?? '', instructions: [] });
      } else if (stages.length > 0) stages.at(-1)?.instructions.push(instruction);
      else if (instruction.verb === 'ARG')
        defaults[instruction.text.split('=')[0] ?? ''] = instruction.text.split('=')[1] ?? '';
    }
    this.stages = stages;
    this.defaults = defaults;
  }

  /** The stages that make up an image, the lowest first. */
  chain(name: string): readonly Stage[] {
    const stage = this.stages.find((one) => one.name === name);
    if (stage === undefined) return [];
    return [...this.chain(stage.base), stage];
  }

  /** The image that an image is made from. */
  baseImage(name: string): string {
    const [lowest] = this.chain(name);
    if (lowest === undefined) throw new Error(`the Dockerfile has no stage ${name}`);
    return lowest.base.replace(/\$\{(\w+)\}/g, (_all, variable: string) => this.defaults[variable] ?? '');
  }

  /** The last instruction of a kind, wherever in the chain it stands. */
  last(name: string, verb: string): string | undefined {
    return this.chain(name)
      .flatMap((stage) => stage.instructions)
      .filter((instruction) => instruction.verb === verb)
      .at(-1)?.text;
  }

  environment(name: string): Readonly<Record<string, string>> {
    const texts = this.chain(name)
      .flatMap((stage) => stage.instructions)
      .filter(({ verb }) => verb === 'ENV')
      .flatMap(({ text }) => text.split(/\s+/));
    return Object.fromEntries(
      texts.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
    );
  }

  entrypoint(name: string): readonly string[] {
    return JSON.parse(this.last(name, 'ENTRYPOINT') ?? '[]');
  }

  copies(name: string): readonly Copy[] {
    return this.chain(name)
      .flatMap((stage) => stage.instructions)
      .filter(({ verb }) => verb === 'COPY')
      .map(({ text }) => {
        const words = text.split(/\s+/);
        const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
        const [source = '', target = ''] = words.filter((word) => !word.startsWith('--'));
        return { from, source, target };
      });
  }

  /**
   * Lays out what an image holds below its working folder, from this checkout as it is built: the sources of `COPY`
   * stand here where they stand in the build.
   */
  assemble(name: string, folder: string): void {
    for (const copy of this.copies(name)) {
      const target = copy.target.endsWith('/') ? join(copy.target, copy.source.split('/').at(-1) ?? '') : copy.target;
      if (copy.source.endsWith('/node_modules'))
        copyProductionPackages(this.installedWorkspace(copy.from ?? ''), join(folder, target));
      else {
        const source = join(root, copy.source.replace(/^\/(app|manifests)\//, ''));
        if (!existsSync(source)) throw new Error(`${name} copies ${copy.source}, which is not there`);
        mkdirSync(dirname(join(folder, target)), { recursive: true });
        // programs that run from here meanwhile keep what V8 compiles beside their bundle
        cpSync(source, join(folder, target), { recursive: true, filter: (path) => !path.includes('/bundle/compiled') });
      }
    }
  }

  private installedWorkspace(stage: string): string {
    const install = this.last(stage, 'RUN') ?? '';
    const workspace = /npm ci .*--omit=dev .*--workspace=(\S+)/.exec(install)?.[1];
    if (workspace === undefined)
      throw new Error(`${stage} does not install one workspace without what is for development`);
    return workspace;
  }
}

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What `npm ci --omit=dev --workspace=…` lays down, taken from here; nothing below a package has its own copy of one. */
function copyProductionPackages(workspace: string, target: string): void {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const packages: Readonly<Record<string, LockedPackage & { readonly resolved?: string }>> = lock.packages;
  const wanted = [workspace];
  for (const name of wanted) {
    const entry = packages[`node_modules/${name}`];
    const { dependencies = {}, optionalDependencies = {} } = packages[entry?.resolved ?? ''] ?? entry ?? {};
    wanted.push(
      ...[...Object.keys(dependencies), ...Object.keys(optionalDependencies)].filter((one) => !wanted.includes(one)),
    );
  }
  for (const name of wanted) {
    const source = join(root, 'node_modules', name);
    if (!existsSync(source)) continue;
    linkTree(source, join(target, name));
  }
}

/** The same files by hard links, which costs a fraction of a copy: nothing in an image writes into its packages. */
function linkTree(source: string, target: string): void {
  if (lstatSync(source).isDirectory()) {
    mkdirSync(target, { recursive: true });
    for (const entry of readdirSync(source)) linkTree(join(source, entry), join(target, entry));
    return;
  }
  try {
    if (lstatSync(source).isFile()) {
      linkSync(source, target);
      return;
    }
  } catch {
    // another file system, or one without hard links
  }
  mkdirSync(dirname(target), { recursive: true });
  // the links to our own libraries lead to the folders of the image, as they do here
  cpSync(source, target, { verbatimSymlinks: true, dereference: false });
}
