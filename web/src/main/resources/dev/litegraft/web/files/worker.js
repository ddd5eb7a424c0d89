// Runs the model. A classic worker, because LiteRT.js loads its WebAssembly with importScripts.
'use strict';

const MODEL = 'model.tflite';
const WASM = 'lib/wasm/litert_wasm_internal';
const COMPAT = 'lib/wasm/litert_wasm_compat_internal'; // without relaxed SIMD
const LARGE = 16e6; // bytes: more is not always in a browser's cache when it is asked for again
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

// Every file is counted while it comes, also the one that LiteRT.js fetches for itself, and gets early.
const progress = { loaded: 0, total: 0, sizes: {}, version: '' };
const early = new Map();
const plainFetch = self.fetch.bind(self);
self.fetch = (input, options) => {
  const url = new URL(input.url ?? input, self.location);
  const begun = early.get(url.href);
  early.delete(url.href);
  return begun ?? counted(url, options);
};

async function counted(url, options) {
  const response = await plainFetch(url, options);
  const name = url.href.slice(at('.').length);
  if (!response.ok || !response.body || !(name in progress.sizes)) return response;
  if (progress.sizes[name] > LARGE) await keep(url, response);
  let seen = 0;
  const body = response.body.pipeThrough(new TransformStream({
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
  return new Response(body, { status: response.status, headers: response.headers });
}

// For the next visit: sw.js looks here, and keeps the smaller files itself. A full disk is no fault.
const kept = () => `litegraft ${at('.')} ${progress.version}`;

async function keep(url, response) {
  try {
    const cache = await self.caches?.open(kept());
    if (cache && !await cache.match(url)) cache.put(url, response.clone()).catch(() => {});
  } catch (error) {
    console.info('not kept:', error.message);
  }
}

// Files that do not fit together must not be found again at the next visit.
const forget = () => self.caches?.delete(kept()).catch(() => {});

const unreachable = (name, error) => new Fault('unreachable', { name, message: String(error.message ?? error) });

async function found(name) {
  const response = await fetch(at(name)).catch((error) => { throw unreachable(name, error); });
  if (!response.ok) throw new Fault('unreachable', { name, message: `HTTP ${response.status}` });
  return response;
}

async function file(name) {
  const response = await found(name);
  return new Uint8Array(await response.arrayBuffer().catch((error) => { throw unreachable(name, error); }));
}

// The model, which is held once: arrayBuffer() would hold all of its parts beside it.
async function modelFile() {
  const expected = progress.sizes[MODEL];
  const { body } = await found(MODEL);
  const bytes = new Uint8Array(expected);
  let size = 0;
  for (const reader = body?.getReader(); reader;) {
    const { done, value } = await reader.read().catch((error) => { throw unreachable(MODEL, error); });
    if (done) break;
    if (size + value.length > expected) throw new Fault('otherFile', { found: `more than ${expected}`, expected });
    bytes.set(value, size);
    size += value.length;
  }
  if (size !== expected) throw new Fault('otherFile', { found: size, expected });
  return bytes;
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

// LiteRT.js, and the name of the WebAssembly that this browser runs.
async function runtime() {
  import('./lib/wasm-utils.js').catch(() => {}); // it would be asked for one after the other
  const module = await import('./lib/litert.js');
  const simd = await module.supportsFeature('relaxedSimd').catch(() => false);
  const name = simd ? WASM : COMPAT;
  const url = at(`${name}.wasm`);
  const ahead = counted(new URL(url), { credentials: 'same-origin' });
  ahead.catch(() => {});
  early.set(url, ahead);
  await module.loadLiteRt(at('lib/wasm/'));
  return { module, name };
}

// Opens the text side, which takes as long as the WebAssembly: so neither waits for the other.
async function textSide(loading) {
  const bytes = await loading.bytes;
  check = await loading.check;
  if (bytes.length !== check.bytes) throw new Fault('otherFile', { found: bytes.length, expected: check.bytes });
  const hashed = sha256(bytes);
  const files = archive(bytes);
  // Copies, so that nothing holds the model when the runtime has one of its own.
  const facts = files.get('litegraft.json')?.slice();
  const tokenizer = (await inflated(files, 'tokenizer.json'))?.slice();
  if (!facts || !tokenizer) throw new Fault('notOurs');
  const config = files.get('tokenizer_config.json')?.slice() ?? new Uint8Array();
  const hash = await hashed;
  if (hash && hash !== check.sha256) throw new Fault('otherFile', { found: hash, expected: check.sha256 });
  text = await loading.text;
  const asked = { signatures: check.signatures };
  const side = told(text.open(signed(facts), signed(tokenizer), signed(config), JSON.stringify(asked)));
  return { side, facts: JSON.parse(decoded(facts)) };
}

// What the runtime finds in the file must be what the text side was told.
function requireSame(found) {
  const sorted = (tensors) => tensors.map(({ name, shape }) => `${name} [${Array.from(shape)}]`).sort().join(', ');
  for (const { key, inputs, outputs } of check.signatures) {
    const signature = found[key];
    const expected = `${sorted(inputs)} to ${sorted(outputs)}`;
    const is = signature ? `${sorted(signature.getInputDetails())} to ${sorted(signature.getOutputDetails())}` : 'none';
    if (is !== expected) throw new Fault('otherFile', { signature: key, found: is, expected });
  }
}

async function open() {
  const begun = performance.now();
  Object.assign(progress, JSON.parse(decoded(await file('page.json'))));
  progress.total = [MODEL, 'check.json', `${WASM}.wasm`].reduce((sum, name) => sum + progress.sizes[name], 0);
  const loading = {
    bytes: modelFile(),
    check: file('check.json').then((bytes) => JSON.parse(decoded(bytes))),
    text: import('./text.js'),
    runtime: runtime(),
  };
  const opening = textSide(loading);
  [...Object.values(loading), opening].forEach((promise) => promise.catch(() => {}));
  const { side, facts } = await opening;
  const { module, name } = await loading.runtime;
  litert = module;
  const loaded = performance.now();
  // WebGPU answered wrongly on the one adapter that could be tried.
  model = await litert.loadAndCompile(await loading.bytes, { accelerator: 'wasm' });
  signatures = model.signatures;
  requireSame(signatures);
  const compiled = performance.now();
  for (const one of check.checks.filter((c) => c.start)) {
    const found = await compared(one);
    if (!found.ok) throw new Fault('wrong', found);
  }
  const { family, hf_class, recipe, parameters, litegraft_version } = facts;
  return {
    ...side,
    facts: { family, hf_class, recipe, parameters, litegraft_version },
    bytes: check.bytes,
    lengths: check.signatures.map((s) => s.inputs[0].shape[1]).sort((a, b) => a - b),
    files: ['check.json', 'text.js', 'lib/litert.js', 'lib/wasm-utils.js', `${name}.js`, `${name}.wasm`, MODEL],
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

// Of a request with many rows the page is told how far it is, and may think of another one meanwhile.
async function ask(request, id) {
  const begun = performance.now();
  const { rows } = told(text.rows(JSON.stringify(request)));
  const tokenized = performance.now();
  const outputs = [];
  let seen = tokenized;
  for (const row of rows) {
    outputs.push(await run(row));
    if (id && performance.now() - seen > 100) {
      self.postMessage({ id, asked: [outputs.length, rows.length] });
      await new Promise((resolve) => { setTimeout(resolve); });
      if (cancelled === id) throw new Fault('cancelled');
      seen = performance.now();
    }
  }
  const ran = performance.now();
  const answer = told(text.answer());
  return { answer, rows, outputs, milliseconds: { text: tokenized - begun + performance.now() - ran, model: ran - tokenized } };
}

const largest = (numbers) => numbers.reduce((most, n) => Math.max(most, Math.abs(n)), 0);

const norm = (numbers) => Math.sqrt(numbers.reduce((sum, n) => sum + n * n, 0));

// How far numbers are off: of vectors the distance, of their length; of others the furthest, of the largest or of 1.
function far(expected, found, vectors) {
  const off = expected.map((n, k) => n - found?.[k]);
  const part = vectors ? norm(off) / norm(expected) : largest(off) / Math.max(largest(expected), 1);
  return off.every((n) => n === 0) ? 0 : Number.isFinite(part) ? part : Infinity;
}

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
  const difference = largest(stored.outputs.map((row, i) => far(row, outputs[i], stored.request.mode === 'embed')));
  const labels = answer.says === expected.says || !(check.exact || decided(expected));
  return { ok: ids && labels && difference <= check.tolerance, ids, labels, difference, text: stored.request.mode === 'answer' ? stored.request.context : stored.request.texts[0], milliseconds };
}

// How long a text of some 16 tokens takes: the middle of twenty rounds, in two seconds at most.
async function timed() {
  const { request, tokens } = check.timed;
  if (!tokens) return null;
  const rounds = [];
  const begun = performance.now();
  let times = 10;
  for (let round = -2; round < 20 && (round < 1 || performance.now() - begun < 2000); round++) {
    const from = performance.now();
    for (let i = 0; i < times; i++) await ask(request);
    const each = (performance.now() - from) / times;
    if (each > 20) times = 1;
    if (round >= 0) rounds.push(each);
  }
  rounds.sort((a, b) => a - b);
  return { tokens, milliseconds: rounds[rounds.length >> 1], least: rounds[0] };
}

async function checked() {
  const results = [];
  for (const one of check.checks) results.push(await compared(one));
  return { ok: results.every((r) => r.ok), tolerance: check.tolerance, exact: check.exact, results, timed: await timed() };
}

// One request after the other: the text side keeps the one that is under way.
let last = Promise.resolve();
let cancelled;
self.onmessage = ({ data: { id, name, value, cancel } }) => {
  if (cancel) {
    cancelled = cancel;
    return;
  }
  last = last.then(async () => {
    try {
      self.postMessage({ id, value: await { open, ask, checked }[name](value, id) });
    } catch (error) {
      if (error.code === 'otherFile') await forget();
      self.postMessage({ id, fault: { code: error.code ?? 'broken', details: error.details ?? {}, message: String(error.message ?? error) } });
    }
  });
};
