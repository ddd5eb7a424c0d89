// Embeds texts with .litertlm bundles in LiteRT-LM's EmbeddingEngine (WebAssembly, CPU), in Node.
//
// Standard input: one JSON object a line, {"file": path, "texts": [...]}. Standard output, for each:
// {"file", "answers", "tokens"}, a vector and the number of its tokens a text, or {"file", "error"}.
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import vm from 'node:vm';
import { createRequire } from 'node:module';

// The package expects a browser's worker, and says what it does.
const require = createRequire(import.meta.url);
const wasm = path.resolve(path.dirname(require.resolve('@litert-lm/core/package.json')), 'wasm');
globalThis.self = globalThis;
globalThis.require = require;
globalThis.__dirname = wasm;
globalThis.__filename = path.join(wasm, 'runtime.js');
globalThis.importScripts = (url) => vm.runInThisContext(fs.readFileSync(url, 'utf8'), { filename: String(url) });
for (const said of ['log', 'info', 'debug', 'warn']) console[said] = () => {};

const { loadLiteRtLm, EmbeddingEngine, Backend } = await import('@litert-lm/core');
await loadLiteRtLm(wasm + '/');

async function answers({ file, texts }) {
  const engine = await EmbeddingEngine.create({ model: await fs.openAsBlob(file), backend: Backend.CPU });
  try {
    const answers = [];
    const tokens = [];
    for (const text of texts) {
      const one = await engine.computeEmbedding(text, { normalize: false });
      answers.push(Array.from(one.embedding));
      tokens.push(one.inputLength);
    }
    return { file, answers, tokens };
  } finally {
    await engine.delete();
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
  await new Promise((done) => process.stdout.write(JSON.stringify(answered) + '\n', done));
}
process.exit(0);
