// Keeps what the page has loaded, so that it works without a network from the second visit on.
'use strict';

const PAGE = '@version@';
const FILES = new Set(@files@);
const FIRST = ['./', 'style.css', 'words.js', 'app.js', 'worker.js', 'page.json'];
const scope = self.registration.scope;
const prefix = `litegraft ${scope} `;

self.addEventListener('install', (event) => {
  const fresh = FIRST.map((name) => new Request(new URL(name, scope), { cache: 'no-cache' }));
  event.waitUntil(caches.open(prefix + PAGE).then((cache) => cache.addAll(fresh)));
});

// A page of another version that is still open keeps its own files: this waits until it is closed.
self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names
      .filter((name) => name.startsWith(prefix) && name !== prefix + PAGE)
      .map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

async function answered(request, name) {
  const cache = await caches.open(prefix + PAGE);
  const key = new URL(name, scope).href;
  const kept = await cache.match(key);
  if (kept) return kept;
  const response = await fetch(key, { cache: 'no-cache' });
  if (response.ok) {
    // A full disk is no reason not to answer.
    cache.put(key, response.clone()).catch(() => {});
  }
  return response;
}

// What the first visit loaded before this was there, as the browser has it.
async function keep(names) {
  const cache = await caches.open(prefix + PAGE);
  for (const name of names.filter((one) => FILES.has(one))) {
    const key = new URL(name, scope).href;
    if (await cache.match(key)) continue;
    const response = await fetch(key, { cache: 'force-cache' });
    if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
    await cache.put(key, response);
  }
}

self.addEventListener('message', (event) => {
  if (!Array.isArray(event.data?.keep)) return;
  event.waitUntil(keep(event.data.keep).then(
    () => event.ports[0].postMessage({ kept: true }),
    (error) => event.ports[0].postMessage({ kept: false, why: String(error.message ?? error) })));
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || !url.href.startsWith(scope)) return;
  const name = decodeURIComponent(url.pathname.slice(new URL(scope).pathname.length)) || './';
  if (name === './' || name === 'index.html') event.respondWith(answered(event.request, './'));
  else if (FILES.has(name)) event.respondWith(answered(event.request, name));
});
