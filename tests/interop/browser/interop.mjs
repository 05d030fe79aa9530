// A page in headless Chromium follows a stream of a server of another origin. Ends with "N passed, N failed, N skipped";
// SCREENSHOT names a file for a picture of the page.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { open } from './chromium.mjs';

const server = `http://${process.env.SYNDICATION_HTTP}`;
const [allowed, stranger] = process.argv.slice(2);
const story = randomUUID().slice(0, 8);
const stream = `web-${story}`;
const browser = await open();

async function post(path, message) {
  const headers = { authorization: `Bearer ${process.env.SYNDICATION_KEY}`, 'content-type': 'application/json' };
  const response = await fetch(server + path, { method: 'POST', headers, body: JSON.stringify(message) });
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}

const publish = (id, headline, request = {}) => post('/v1/articles:publish', {
  article: { articleId: `${stream}-${id}`, storyId: story, language: 'fr', headline, ...(request.change && { correction: { note: 'Le nom était faux.' } }) },
  ...request,
});

const visit = (origin, via, name = stream) => browser.visit(origin, { server, stream: name, via });
const says = (page, text) => page.waitForFunction(text => document.querySelector('#state').textContent.includes(text), text);
const shows = (page, id, text) => page.waitForFunction(
  ([id, text]) => document.getElementById(`article-${id}`)?.textContent.includes(text), [`${stream}-${id}`, text]);

async function followsLive(via) {
  await publish(`${via}-before`, 'Déjà publié');
  const page = await visit(allowed, via);
  await shows(page, `${via}-before`, 'Déjà publié published v1');
  await says(page, 'live');
  await publish(`${via}-live`, 'En direct : été, 海草 et 🌊');
  await shows(page, `${via}-live`, 'En direct : été, 海草 et 🌊 published v1');
  await publish(`${via}-live`, 'Nom corrigé', { change: 'CHANGE_TYPE_CORRECTION' });
  await shows(page, `${via}-live`, 'Nom corrigé corrected v2');
  await post('/v1/articles:withdraw', { articleId: `${stream}-${via}-before`, advisory: 'Annulation : ne pas publier.', internalReason: 'test' });
  await shows(page, `${via}-before`, 'Annulation : ne pas publier. withdrawn v1');
  if (process.env.SCREENSHOT) {
    await page.screenshot({ path: process.env.SCREENSHOT });
  }
  await page.close();
}

const checks = {
  'a page follows live over gRPC-Web, with connect-web': () => followsLive('grpc-web'),

  'a page follows live over HTTP, with fetch': () => followsLive('ndjson'),

  'errors are typed in the page': async () => {
    for (const via of ['grpc-web', 'ndjson']) {
      const page = await visit(allowed, via, 'nowhere');
      await says(page, 'STREAM_NOT_FOUND: ');
      await page.close();
    }
  },

  'a page of an origin that was not allowed gets nothing': async () => {
    const page = await visit(stranger, 'grpc-web');
    await says(page, 'connection lost');
    assert.equal(await page.locator('#articles li').count(), 0);
    await page.close();
  },
};

await post('/v1/streams', { stream: { streamId: stream, filter: { allOf: [{ storyId: story }] } } });
let passed = 0, failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const error = await check().then(() => undefined, error => error);
  error ? failed++ : passed++;
  console.log(`${error ? 'FAILED' : 'passed'}  ${name}`, error ?? '');
}
await browser.close();
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed ? 1 : 0);
