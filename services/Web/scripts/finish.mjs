// After the build: compresses what compresses well, and fails when signing in and the first screen weigh too much.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const BUDGET = 300 * 1000;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8'));

/** What the browser loads for an entry and the dynamic imports named, with all that they import. */
function filesOf(keys) {
  const files = new Set();
  const seen = new Set();
  const visit = key => {
    if (seen.has(key)) return;
    seen.add(key);
    const chunk = manifest[key];
    files.add(chunk.file);
    for (const sheet of chunk.css ?? []) files.add(sheet);
    for (const other of chunk.imports ?? []) visit(other);
  };
  keys.forEach(visit);
  return files;
}

for (const file of await readdir(new URL('assets/', dist))) {
  if (!/\.(js|css|svg)$/.test(file)) continue;
  const path = new URL(`assets/${file}`, dist);
  const content = await readFile(path);
  await writeFile(`${path.pathname}.gz`, gzipSync(content, { level: 9 }));
  await writeFile(`${path.pathname}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
}

const first = filesOf(['index.html', ...Object.keys(manifest).filter(key => /areas\/today\/.*Page\.tsx$|app\/SignIn\.tsx$/.test(key))]);
let total = 0;
for (const file of first) total += (await readFile(new URL(`${file}.gz`, dist))).length;
console.log(`Signing in and the first screen: ${(total / 1000).toFixed(0)} kB gzip of ${BUDGET / 1000} kB, ${first.size} files.`);
if (total > BUDGET) {
  console.error('That is too much: load what is not needed at first with import().');
  process.exit(1);
}
