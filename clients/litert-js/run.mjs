// Answers rows of token ids with .tflite files in LiteRT.js (WebAssembly, one thread), in Node.
//
// Standard input: one JSON object a line, {"file": path, "rows": [{"input_ids": [...], ...}, ...]};
// rows are as long as the file's only signature. Standard output, for each: {"file", "answers"}, a
// list of numbers a row, or {"file", "error"}. {"file", "load": true} asks whether it can be loaded: {"file", "loaded": true}.
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import vm from 'node:vm';
import { createRequire } from 'node:module';

// The package expects a browser's worker.
const require = createRequire(import.meta.url);
const wasm = path.resolve(path.dirname(require.resolve('@litertjs/core/package.json')), 'wasm');
globalThis.self = globalThis;
globalThis.require = require;
globalThis.__dirname = wasm;
globalThis.__filename = path.join(wasm, 'runtime.js');
globalThis.importScripts = (url) => vm.runInThisContext(fs.readFileSync(url, 'utf8'), { filename: String(url) });

const { loadLiteRt, loadAndCompile, Tensor } = await import('@litertjs/core');
await loadLiteRt(path.join(wasm, 'litert_wasm_compat_internal.js'));

async function answers({ file, rows, load }) {
  if (load) {
    (await loadAndCompile(new Uint8Array(fs.readFileSync(file)), { accelerator: 'wasm' })).delete();
    return { file, loaded: true };
  }
  const model = await loadAndCompile(new Uint8Array(fs.readFileSync(file)), { accelerator: 'wasm' });
  try {
    const results = [];
    for (const row of rows) {
      const inputs = Object.fromEntries(
        Object.entries(row).map(([name, ids]) => [name, new Tensor(Int32Array.from(ids), [1, ids.length])]));
      const outputs = await model.run(inputs);
      results.push(Array.from(await Object.values(outputs)[0].data()));
      for (const tensor of [...Object.values(inputs), ...Object.values(outputs)]) tensor.delete();
    }
    return { file, answers: results };
  } finally {
    model.delete();
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answered;
  try {
    answered = await answers(asked);
  } catch (error) {
    answered = { file: asked.file, error: String(error?.message ?? error) };
  }
  process.stdout.write(JSON.stringify(answered) + '\n');
}
