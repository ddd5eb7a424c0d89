// The page: forms, answers, languages. The model runs in worker.js.
'use strict';

const MOST = 200000; // characters of a field: more makes typing slow, and no model reads them
const WAIT = 200; // milliseconds after the last key
const $ = (id) => document.getElementById(id);
const page = new URL(location.href);

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

const state = { language: undefined, model: undefined, mode: undefined, values: {}, progress: undefined, fault: undefined, answered: undefined, check: undefined, kept: false };
let words;

// What a mode asks for: field, lines, and whether a sample stands in it at first.
const FIELDS = {
  classify: () => [['text', 4, 'text'], ...(state.model.pairs ? [['second', 2]] : [])],
  zero_shot: () => [['text', 4, 'text'], ['labels', 4, 'labels'], ['hypothesis', 1, 'hypothesis']],
  tag: () => [['text', 4, 'tag']],
  embed: () => [['first', 3, 'first'], ['other', 3, 'other']],
  rerank: () => [['query', 1, 'query'], ['texts', 6, 'texts']],
  answer: () => [['context', 6, 'context'], ['question', 1, 'question']],
};

const lines = (text) => text.split('\n').map((line) => line.trim()).filter(Boolean);

// The request that the fields make; nothing where one is missing.
const REQUESTS = {
  classify: (v) => v.text.trim() && { texts: v.second?.trim() ? [v.text, v.second] : [v.text] },
  zero_shot: (v) => v.text.trim() && lines(v.labels).length && v.hypothesis.trim() && { texts: [v.text, v.hypothesis], context: v.labels },
  tag: (v) => v.text.trim() && { texts: [v.text] },
  embed: (v) => v.first.trim() && v.other.trim() && { texts: [v.first, v.other] },
  rerank: (v) => v.query.trim() && lines(v.texts).length && { texts: lines(v.texts), context: v.query },
  answer: (v) => v.context.trim() && v.question.trim() && { texts: [v.question], context: v.context },
};

// --- the worker

let worker;
const waiting = new Map();
let calls = 0;

function call(name, value) {
  return new Promise((resolve, reject) => {
    waiting.set(++calls, { resolve, reject });
    worker.postMessage({ id: calls, name, value });
  });
}

function start() {
  worker = new Worker('worker.js');
  worker.onmessage = ({ data }) => {
    if (data.asked) {
      if (data.id === asking) showAsked(...data.asked);
      return;
    }
    if (data.progress) {
      const [loaded, total] = data.progress;
      const before = state.progress;
      state.progress = { loaded: Math.min(loaded, total), total };
      // A screen reader is not told of each megabyte.
      if (!before || Math.floor(before.loaded / total * 10) !== Math.floor(loaded / total * 10)) showProgress();
      return;
    }
    const { resolve, reject } = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.fault) reject(data.fault);
    else resolve(data.value);
  };
  worker.onerror = (event) => {
    const fault = { code: 'broken', details: {}, message: event.message ?? '' };
    waiting.forEach(({ reject }) => reject(fault));
    waiting.clear();
    end(fault);
  };
}

// --- what is shown

function showProgress() {
  const { loaded, total } = state.progress ?? {};
  const megabytes = (n) => (n / 1e6).toFixed(1);
  const done = total && loaded >= total;
  $('status').textContent = !total ? words.loading : done ? words.checking : words.loadingOf(megabytes(loaded), megabytes(total));
  if (total && !done) $('progress').value = loaded / total;
  else $('progress').removeAttribute('value');
}

function showFault(fault) {
  const [what, remedy] = words.faults[fault.code] ?? words.faults.broken;
  const details = fault.details ?? {};
  const refused = fault.code === 'refused';
  $('fault').replaceChildren(
    make('strong', { textContent: what }),
    make('p', { textContent: refused ? details.what ?? '' : remedy }));
  if (refused && details.try) $('fault').append(make('p', { textContent: `${words.try}: ${details.try}` }));
  const lines = refused ? '' : [fault.message && fault.message !== fault.code ? fault.message : '', ...Object.entries(details).filter(([, v]) => typeof v !== 'object').map(([k, v]) => `${k}: ${v}`)].filter(Boolean).join('\n');
  if (lines) $('fault').append(make('pre', { textContent: lines }));
  $('fault').hidden = false;
}

// The page cannot go on.
function end(fault) {
  state.fault = fault;
  for (const id of ['loading', 'ask', 'modes', 'cost']) $(id).hidden = true;
  for (const id of ['answer', 'notice']) $(id).replaceChildren();
  showFault(fault);
  document.body.dataset.fault = fault.code;
}

function showForm() {
  const { mode } = state;
  const fields = FIELDS[mode]().map(([name, rows, sample]) => {
    const key = `${mode}.${name}`;
    state.values[key] ??= sample ? words.samples[sample] : '';
    const control = make(rows > 1 ? 'textarea' : 'input', { id: key, value: state.values[key] });
    if (rows > 1) control.rows = rows;
    control.addEventListener('input', () => { state.values[key] = taken(control); later(); });
    const field = make('div', { className: 'field' }, make('label', { htmlFor: key, textContent: words.fields[name] }));
    const hint = words.fields[`${name}Hint`];
    if (hint) {
      control.setAttribute('aria-describedby', `${key}.hint`);
      field.append(make('p', { className: 'hint', id: `${key}.hint`, textContent: hint }));
    }
    field.append(control);
    if (name !== 'second') return field;
    const open = state.model.readsPairs || Boolean(state.values[key]);
    return make('details', { open }, make('summary', { textContent: words.addSecond }), field);
  });
  $('ask').replaceChildren(...fields);
  $('ask').hidden = false;
}

// What a field holds, cut where it is more than a page can hold.
function taken(control) {
  if (control.value.length <= MOST) {
    $('notice').replaceChildren();
    return control.value;
  }
  const number = (n) => n.toLocaleString(state.language);
  $('notice').textContent = words.pasted(number(MOST), number(control.value.length));
  control.value = control.value.slice(0, MOST);
  return control.value;
}

const percent = (n) => `${(100 * n).toFixed(n > 0.1 ? 1 : 2)} %`;

// No <output>: each would be a live region within one.
const figure = (text, className = 'figure') => make('span', { className, textContent: text });

function bars({ labels, chosen, scores }) {
  if (labels.length === 1) return [make('p', { textContent: `${labels[0]}: ` }, figure(scores[0].toFixed(4), 'big'))];
  const regression = state.model.problem === 'regression';
  const order = scores.map((score, i) => ({ score, label: labels[i] })).sort((a, b) => b.score - a.score).slice(0, 20);
  return [make('ul', { className: 'bars' }, ...order.map(({ score, label }) => {
    const filled = make('i');
    filled.style.transform = `scaleX(${regression ? 0 : Math.max(0, Math.min(1, score))})`;
    const track = make('span', { className: 'track' }, filled);
    track.setAttribute('aria-hidden', 'true');
    return make('li', { className: chosen.includes(label) ? 'chosen' : '' },
      make('span', { textContent: label }), figure(regression ? score.toFixed(4) : percent(score)), track);
  }))];
}

// A text with its spans coloured; of spans that overlap the first counts.
function marked(text, spans, hue) {
  const parts = [];
  let at = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.start < at || span.end <= span.start) continue;
    parts.push(text.slice(at, span.start));
    const mark = make('mark', { className: `hue${hue(span)}`, textContent: text.slice(span.start, span.end), title: percent(span.score) });
    if (span.tag) mark.append(make('b', { textContent: span.tag }));
    parts.push(mark);
    at = span.end;
  }
  return make('p', { className: 'spans' }, ...parts, text.slice(at));
}

const ANSWERS = {
  classify: ({ answer }) => bars(answer),
  zero_shot: ({ answer }) => bars(answer),
  tag: ({ answer, request }) => {
    const kinds = [...new Set(answer.spans.map((s) => s.label))].sort();
    return [
      make('p', { className: 'hint', textContent: answer.spans.length ? words.spansIn(answer.spans.length) : words.nothingFound }),
      marked(request.texts[0], answer.spans.map((s) => ({ ...s, tag: s.label })), (s) => kinds.indexOf(s.label) % 8),
    ];
  },
  embed: ({ answer }) => {
    const filled = make('i');
    filled.style.transform = `scaleX(${Math.max(0, Math.min(1, answer.similarity))})`;
    const track = make('span', { className: 'track only' }, filled);
    track.style.display = 'block';
    track.setAttribute('aria-hidden', 'true');
    return [make('p', { className: 'hint', textContent: words.similarity }), figure(answer.similarity.toFixed(4), 'big'), track];
  },
  rerank: ({ answer, request }) => [make('ol', { className: 'ranked' }, ...answer.ranked.map(({ index, score }, i) => make('li', {},
    make('span', { className: 'place', textContent: `${i + 1}.` }), make('span', { textContent: request.texts[index] }), figure(score.toFixed(4)))))],
  answer: ({ answer, request }) => {
    const found = answer.spans.filter((s) => s.label);
    if (!found.length) return [make('p', { textContent: words.nothingFound })];
    return [
      make('ul', { className: 'found' }, ...found.map((s) => make('li', {}, make('span', { textContent: s.label }), figure(percent(s.score))))),
      marked(request.context, found.slice(0, 1), () => 2),
    ];
  },
};

function showAnswer() {
  const { answered } = state;
  waits(false);
  if (!answered) {
    $('answer').replaceChildren(make('p', { className: 'empty', textContent: words.empty }));
    $('cost').hidden = true;
    return;
  }
  $('answer').replaceChildren(...ANSWERS[answered.mode](answered));
  if (answered.answer.queryTruncated) $('answer').append(make('p', { className: 'hint', textContent: words.queryTruncated }));
  if (answered.answer.truncated) $('answer').append(make('p', { className: 'hint', textContent: words[state.model.cutsLeft ? 'truncatedLeft' : 'truncated'](state.model.maxLength) }));
  const { text, model } = answered.milliseconds;
  $('cost').textContent = words.cost({ tokens: answered.answer.tokens, text: text.toFixed(1), model: model.toFixed(1) });
  $('cost').hidden = false;
}

// That the answer on the page is not yet that of what was typed.
function waits(busy) {
  $('answer').classList.toggle('stale', busy);
  $('answer').setAttribute('aria-busy', String(busy));
}

// How far a request of many rows is.
function showAsked(done, all) {
  if (all < 2) return;
  $('cost').textContent = words.asking(done, all);
  $('cost').hidden = false;
}

function showPromise() {
  $('private').textContent = state.kept ? `${words.private} ${words.kept}` : words.private;
}

function showAbout() {
  const { facts, bytes, lengths, milliseconds } = state.model;
  const rows = {
    hf_class: facts.hf_class, family: facts.family, recipe: facts.recipe,
    parameters: facts.parameters.toLocaleString(state.language, { notation: 'compact', maximumFractionDigits: 1 }),
    bytes: `${(bytes / 1e6).toLocaleString(state.language, { maximumFractionDigits: 1 })} MB`,
    lengths: lengths.join(', '),
    loaded: `${((milliseconds.load + milliseconds.compile + milliseconds.check) / 1000).toFixed(1)} ${words.seconds}`,
    litegraft_version: facts.litegraft_version,
  };
  $('about').hidden = false;
  $('about').querySelector('summary').textContent = words.about;
  $('about').querySelector('dl').replaceChildren(...Object.entries(rows).flatMap(([name, value]) => [make('dt', { textContent: words.facts[name] }), make('dd', { textContent: value })]));
}

function showCheck() {
  const { results, ok, timed, first } = state.check;
  const columns = Object.values(words.columns).map((name) => make('th', { textContent: name, scope: 'col' }));
  const cell = (good) => make('td', { textContent: good ? words.same : words.differs, className: good ? '' : 'bad' });
  const rows = results.map((r) => make('tr', {},
    make('td', { className: 'text', textContent: r.text.slice(0, 60) }), cell(r.ids), cell(r.labels),
    make('td', { textContent: r.difference.toExponential(1), className: r.difference <= state.check.tolerance ? '' : 'bad' }),
    make('td', { textContent: r.milliseconds.model.toFixed(1) })));
  const frame = make('div', { className: 'scroll', tabIndex: 0 }, make('table', {}, make('thead', {}, make('tr', {}, ...columns)), make('tbody', {}, ...rows)));
  frame.setAttribute('role', 'region');
  frame.setAttribute('aria-label', words.check);
  $('check').replaceChildren(make('h2', { textContent: words.check }), make('p', { textContent: ok ? words.checkedOk : words.checkedBad }), frame,
    make('p', { className: 'hint', textContent: [words.first(first / 1000), timed ? words.timed(timed) : ''].join(' ') }));
  $('check').hidden = false;
}

function show() {
  words = WORDS[state.language];
  document.documentElement.lang = state.language;
  $('language').setAttribute('aria-label', words.language);
  $('answer').setAttribute('aria-label', words.answer);
  for (const button of $('language').children) button.setAttribute('aria-pressed', String(button.dataset.language === state.language));
  showPromise();
  const title = state.mode ? words.titles[state.mode] : 'Litegraft';
  $('title').textContent = title;
  document.title = title;
  if (state.fault) {
    showFault(state.fault);
    return;
  }
  if (!state.model) {
    showProgress();
    return;
  }
  $('loading').hidden = true;
  const modes = $('modes');
  modes.hidden = state.model.modes.length < 2;
  modes.setAttribute('aria-label', words.mode);
  modes.replaceChildren(...state.model.modes.map((mode) => {
    const button = make('button', { type: 'button', textContent: words.modes[mode] });
    button.setAttribute('aria-pressed', String(mode === state.mode));
    button.addEventListener('click', () => { state.mode = mode; state.answered = undefined; show(); later(0); modes.children[state.model.modes.indexOf(mode)].focus(); });
    return button;
  }));
  showForm();
  showAnswer();
  showAbout();
  if (state.check) showCheck();
}

// --- asking

let timer;
let busy = false;
let again = false;
let asking; // the call that is under way

function later(wait = WAIT) {
  clearTimeout(timer);
  timer = setTimeout(ask, wait);
}

async function ask() {
  if (busy) {
    again = true;
    worker.postMessage({ cancel: asking });
    return;
  }
  const { mode } = state;
  const values = Object.fromEntries(FIELDS[mode]().map(([name]) => [name, state.values[`${mode}.${name}`] ?? '']));
  const fields = REQUESTS[mode](values);
  if (!fields) {
    state.answered = undefined;
    $('fault').hidden = true;
    showAnswer();
    return;
  }
  busy = true;
  const slow = setTimeout(() => waits(true), 300);
  try {
    const request = { mode, ...fields };
    const answering = call('ask', request);
    asking = calls;
    const { answer, milliseconds } = await answering;
    if (mode === state.mode) {
      state.answered = { mode, request, answer, milliseconds };
      $('fault').hidden = true;
      showAnswer();
      document.body.dataset.answered = answer.says;
    }
  } catch (fault) {
    if (fault.code !== 'refused' && fault.code !== 'cancelled') {
      end(fault);
      return;
    }
    if (fault.code === 'refused') {
      state.answered = undefined;
      $('answer').replaceChildren();
      waits(false);
      $('cost').hidden = true;
      showFault(fault);
    }
  } finally {
    clearTimeout(slow);
    busy = false;
  }
  if (again) {
    again = false;
    later(0);
  }
}

// --- the whole

const stored = (key, value) => {
  try {
    if (value !== undefined) localStorage.setItem(key, value);
    return localStorage.getItem(key);
  } catch {
    return null; // storage is switched off: the choice lasts for this visit
  }
};

function language() {
  const wanted = [page.searchParams.get('lang'), stored('litegraft.language'), ...navigator.languages.map((l) => l.slice(0, 2))];
  return wanted.find((l) => l in WORDS) ?? 'en';
}

// Keeps what was loaded, when nobody waits any more. Without it the page works online.
async function offline() {
  if (!('serviceWorker' in navigator)) return;
  try {
    const controlled = Boolean(navigator.serviceWorker.controller);
    const registration = await navigator.serviceWorker.register('sw.js');
    if (controlled) {
      // Browsers look for a newer page by themselves only when the visitor stays for a while.
      registration.update().catch(() => {}); // no network
    } else {
      const { active } = await navigator.serviceWorker.ready;
      const { port1, port2 } = new MessageChannel();
      const answer = new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
      active.postMessage({ keep: ['icon.svg', ...state.model.files] }, [port2]);
      const { kept, why } = await answer;
      if (!kept) throw new Error(why);
    }
    state.kept = true;
    document.body.dataset.kept = 'true';
    showPromise();
  } catch (error) {
    console.info('not kept for use without a network:', error.message);
  }
}

async function main() {
  state.language = language();
  for (const button of $('language').children) {
    button.addEventListener('click', () => {
      state.language = stored('litegraft.language', button.dataset.language) ?? button.dataset.language;
      // Samples that nobody changed are replaced by those of the language.
      for (const [key, value] of Object.entries(state.values)) {
        if (Object.values(WORDS).some((w) => Object.values(w.samples).includes(value))) delete state.values[key];
      }
      show();
      if (state.model && !state.fault) later(0);
    });
  }
  $('ask').addEventListener('submit', (event) => { event.preventDefault(); later(0); });
  show();
  if (location.protocol === 'file:') {
    end({ code: 'file' });
    return;
  }
  if (typeof WebAssembly !== 'object' || typeof DecompressionStream !== 'function' || typeof Worker !== 'function') {
    end({ code: 'old' });
    return;
  }
  try {
    start();
    state.model = await call('open');
    state.mode = state.model.modes.includes(page.searchParams.get('mode')) ? page.searchParams.get('mode') : state.model.modes[0];
    show();
    await ask();
    document.body.dataset.ready = String(Math.round(performance.now()));
    if (page.searchParams.has('check')) {
      state.check = await call('checked');
      state.check.first = Number(document.body.dataset.ready);
      showCheck();
      document.body.dataset.checked = String(state.check.ok);
    }
    await offline();
  } catch (fault) {
    end(fault.code ? fault : { code: 'broken', details: {}, message: String(fault.message ?? fault) });
  }
}

main();
