// The `main.js` of a bundled program: runs `program.cjs` beside it, and keeps what V8 compiled of it for later starts, which
// are a third shorter so. Node 22 and later could do it (`module.enableCompileCache`), but only where a program can write:
// an image cannot, and has what was compiled when it was built.

// No `import`: it would load all that the imported modules of Node export, such as their streams.
const [{ readFileSync, renameSync, writeFileSync }, { createRequire }, { Script }, { createHash }] = [
  'fs',
  'module',
  'vm',
  'crypto',
].map(process.getBuiltinModule);

const sha256 = (data) => createHash('sha256').update(data).digest();

const file = `${import.meta.dirname}/program.cjs`;
/** Of this program, and of this build of Node: V8 compares its version, its flags and the length of the text, and no more. */
const build = sha256(`${process.version} ${JSON.stringify(process.config)}`)
  .toString('hex')
  .slice(0, 16);
const compiled = `${import.meta.dirname}/compiled.${'DIGEST'}.${build}`;
const digestBytes = 32;

/** V8 would run what is damaged: a digest comes first. */
function readCompiled() {
  try {
    const kept = readFileSync(compiled);
    const code = kept.subarray(digestBytes);
    return sha256(code).equals(kept.subarray(0, digestBytes)) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: others may start meanwhile. Where nothing can be written, each start compiles anew. */
function keepCompiled(code) {
  const draft = `${compiled}.${process.pid}`;
  try {
    writeFileSync(draft, Buffer.concat([sha256(code), code]));
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
