// Runs the model. A classic worker, because LiteRT.js loads its WebAssembly with importScripts.
'use strict';

const MODEL = 'model.tflite';
const at = (path) => new URL(path, self.location).href;

// Emscripten would look for the .wasm beside this worker.
self.Module = {
  locateFile: (name) => at(`lib/wasm/${name}`),
  printErr: (line) => {
    if (!/^(INFO|WARNING): /.test(line)) console.warn(line);
  },
};

class Fault extends Error {
  constructor(code, details = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

// Every file is counted while it comes, also the one that LiteRT.js fetches for itself.
const progress = { loaded: 0, total: 0, sizes: {} };
const plainFetch = self.fetch.bind(self);
self.fetch = async (input, options) => {
  const url = new URL(input.url ?? input, self.location);
  const response = await plainFetch(url, options);
  const name = url.href.slice(at('.').length);
  if (!response.ok || !response.body || !(name in progress.sizes)) return response;
  let seen = 0;
  const counted = response.body.pipeThrough(new TransformStream({
    transform(chunk, out) {
      seen += chunk.byteLength;
      progress.loaded += chunk.byteLength;
      self.postMessage({ progress: [progress.loaded, progress.total] });
      out.enqueue(chunk);
    },
    flush() {
      progress.loaded += Math.max(0, progress.sizes[name] - seen);
    },
  }));
  return new Response(counted, { status: response.status, headers: response.headers });
};

async function file(name) {
  let response;
  try {
    response = await fetch(at(name));
  } catch (error) {
    throw new Fault('unreachable', { name, message: String(error.message ?? error) });
  }
  if (!response.ok) throw new Fault('unreachable', { name, message: `HTTP ${response.status}` });
  return new Uint8Array(await response.arrayBuffer());
}

const decoded = (bytes) => new TextDecoder().decode(bytes);

// The stored ZIP behind the FlatBuffer: name to bytes, which are not copied.
function archive(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= Math.max(0, bytes.length - 65557) && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) throw new Fault('notOurs');
  const files = new Map();
  let entry = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint32(entry, true) !== 0x02014b50 || view.getUint16(entry + 10, true) !== 0) {
      throw new Fault('notOurs');
    }
    const size = view.getUint32(entry + 24, true);
    const name = view.getUint16(entry + 28, true);
    const local = view.getUint32(entry + 42, true);
    const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    files.set(decoded(bytes.subarray(entry + 46, entry + 46 + name)), bytes.subarray(begin, begin + size));
    entry += 46 + name + view.getUint16(entry + 30, true) + view.getUint16(entry + 32, true);
  }
  return files;
}

async function inflated(files, name) {
  const plain = files.get(name);
  const gzip = files.get(`${name}.gz`);
  if (plain || !gzip) return plain;
  const stream = new Blob([gzip]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function sha256(bytes) {
  if (!self.crypto?.subtle) return null; // only where the page came by https or from this machine
  const hash = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(hash), (b) => b.toString(16).padStart(2, '0')).join('');
}

const signed = (bytes) => new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
let litert, text, model, check, signatures;

function told(json) {
  const value = JSON.parse(json);
  if (value.error) throw new Fault('refused', value.error);
  return value;
}

async function open() {
  const begun = performance.now();
  const page = JSON.parse(decoded(await file('page.json')));
  progress.sizes = page.sizes;
  const wasm = Object.keys(page.sizes).filter((name) => name.endsWith('_internal.wasm') && !name.includes('compat'));
  progress.total = [MODEL, 'check.json', ...wasm].reduce((sum, name) => sum + page.sizes[name], 0);
  const loading = [
    file(MODEL),
    file('check.json').then((bytes) => JSON.parse(decoded(bytes))),
    import('./text.js'),
    import('./lib/litert.js').then(async (module) => {
      await module.loadLiteRt(at('lib/wasm/'));
      return module;
    }),
  ];
  loading.forEach((promise) => promise.catch(() => {}));
  let bytes;
  [bytes, check, text, litert] = await Promise.all(loading);
  if (bytes.length !== check.bytes) throw new Fault('otherFile', { found: bytes.length, expected: check.bytes });
  const hashed = sha256(bytes);
  const files = archive(bytes);
  if (!files.has('litegraft.json')) throw new Fault('notOurs');
  const facts = files.get('litegraft.json');
  const tokenizer = await inflated(files, 'tokenizer.json');
  if (!tokenizer) throw new Fault('notOurs');
  const config = files.get('tokenizer_config.json') ?? new Uint8Array();
  const loaded = performance.now();
  const hash = await hashed;
  if (hash && hash !== check.sha256) throw new Fault('otherFile', { found: hash, expected: check.sha256 });
  // WebGPU answered wrongly on the one adapter that could be tried.
  model = await litert.loadAndCompile(bytes, { accelerator: 'wasm' });
  signatures = model.signatures;
  const tensors = (details) => details.map(({ name, shape }) => ({ name, shape: Array.from(shape) }));
  const described = Object.entries(signatures).map(([key, signature]) => ({
    key, inputs: tensors(signature.getInputDetails()), outputs: tensors(signature.getOutputDetails()),
  }));
  const side = told(text.open(signed(facts), signed(tokenizer), signed(config), JSON.stringify({ signatures: described })));
  const compiled = performance.now();
  for (const one of check.checks.filter((c) => c.start)) {
    const found = await compared(one);
    if (!found.ok) throw new Fault('wrong', found);
  }
  const { family, hf_class, recipe, parameters, litegraft_version } = JSON.parse(decoded(facts));
  return {
    ...side,
    facts: { family, hf_class, recipe, parameters, litegraft_version },
    bytes: bytes.length,
    lengths: described.map((s) => s.inputs[0].shape[1]).sort((a, b) => a - b),
    milliseconds: { load: loaded - begun, compile: compiled - loaded, check: performance.now() - compiled },
  };
}

// One row of tokens: its outputs go to the text side, and the first of them is given back.
async function run(row) {
  const inputs = {};
  const outputs = [];
  try {
    for (const [name, numbers] of Object.entries(row.inputs)) {
      inputs[name] = new litert.Tensor(Int32Array.from(numbers), [1, numbers.length]);
    }
    const answered = await signatures[row.key].run(inputs);
    let first;
    for (const [name, tensor] of Object.entries(answered)) {
      outputs.push(tensor);
      const values = await tensor.data();
      const shape = signatures[row.key].getOutputDetails().find((d) => d.name === name).shape;
      if (values instanceof Float32Array) {
        text.give(!first, name, Int32Array.from(shape), values);
        first ??= Array.from(values);
      }
    }
    return first;
  } finally {
    for (const tensor of [...Object.values(inputs), ...outputs]) tensor.delete();
  }
}

async function ask(request) {
  const begun = performance.now();
  const { rows } = told(text.rows(JSON.stringify(request)));
  const tokenized = performance.now();
  const outputs = [];
  for (const row of rows) outputs.push(await run(row));
  const ran = performance.now();
  const answer = told(text.answer());
  return { answer, rows, outputs, milliseconds: { text: tokenized - begun + performance.now() - ran, model: ran - tokenized } };
}

const largest = (numbers) => numbers.reduce((most, n) => Math.max(most, Math.abs(n)), 1);

// A label that is decided by less than the tolerance may be another one after rounding.
function decided(answer) {
  const scores = [...(answer.scores ?? [])].sort((a, b) => b - a);
  return scores.length > 1 && scores[0] - scores[1] > 2 * check.tolerance;
}

// Asks what the desktop was asked, and compares ids, outputs and labels.
async function compared(stored) {
  const { answer, rows, outputs, milliseconds } = await ask(stored.request);
  const expected = JSON.parse(stored.answer);
  const ids = JSON.stringify(rows) === JSON.stringify(stored.rows);
  let difference = 0;
  stored.outputs.forEach((row, i) => {
    const scale = largest(row);
    row.forEach((n, k) => {
      const off = Math.abs(n - outputs[i]?.[k]) / scale;
      difference = off <= difference ? difference : Number.isFinite(off) ? off : Infinity;
    });
  });
  const labels = answer.says === expected.says || !(check.exact || decided(expected));
  return { ok: ids && labels && difference <= check.tolerance, ids, labels, difference, text: stored.request.mode === 'answer' ? stored.request.context : stored.request.texts[0], milliseconds };
}

async function checked() {
  const results = [];
  for (const one of check.checks) results.push(await compared(one));
  return { ok: results.every((r) => r.ok), tolerance: check.tolerance, exact: check.exact, results };
}

// One request after the other: the text side keeps the one that is under way.
let last = Promise.resolve();
self.onmessage = ({ data: { id, name, value } }) => {
  last = last.then(async () => {
    try {
      self.postMessage({ id, value: await { open, ask, checked }[name](value) });
    } catch (error) {
      self.postMessage({ id, fault: { code: error.code ?? 'broken', details: error.details ?? {}, message: String(error.message ?? error) } });
    }
  });
};
