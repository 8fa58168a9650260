// The `main.js` of a bundled program: runs `program.cjs` beside it, and keeps what V8 compiled of it for later starts, which
// are a third shorter so. Node 22 and later could do it (`module.enableCompileCache`), but only where a program can write:
// an image cannot, and has what was compiled when it was built.

// No `import`: it would load all that the imported modules of Node export, such as their streams.
const [{ readFileSync, renameSync, writeFileSync }, { createRequire }, { Script }] = ['fs', 'module', 'vm'].map(
  process.getBuiltinModule,
);

const file = `${import.meta.dirname}/program.cjs`;
/**
 * V8 refuses what was compiled by another version, with other flags, or from a text of another length. It does not look at
 * the text itself, which is why the name has its digest.
 */
const compiled = `${import.meta.dirname}/compiled.${'DIGEST'}.${process.version}`;

function readCompiled() {
  try {
    return readFileSync(compiled);
  } catch {
    return undefined;
  }
}

/** Whole or not at all: others may start meanwhile. Where nothing can be written, each start compiles anew. */
function keepCompiled(code) {
  const draft = `${compiled}.${process.pid}`;
  try {
    writeFileSync(draft, code);
    renameSync(draft, compiled);
  } catch {}
}

/** A function, so that what was read is given back: a module keeps its constants for good. */
function load() {
  const cachedData = readCompiled();
  const text = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'utf8')}\n})`;
  const script = new Script(text, { filename: file, cachedData });
  if (cachedData === undefined || script.cachedDataRejected)
    process.once('exit', () => keepCompiled(script.createCachedData()));
  return script.runInThisContext();
}

const module = { exports: {} };
load()(module.exports, createRequire(file), module, file, import.meta.dirname);
