// Does with the service what a partner does in Node, with @grpc/grpc-js. Ends with "N passed, N failed, N skipped".
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import net from 'node:net';
import grpc from '@grpc/grpc-js';
import { call, connect, typed, v1 } from './client.mjs';

const target = process.env.SYNDICATION_GRPC;
const run = randomUUID().slice(0, 8);
const stream = `node-${run}`;
const desk = {
  publishing: connect(v1.PublishingService, target),
  articles: connect(v1.ArticleService, target),
  streams: connect(v1.StreamService, target),
  subscriptions: connect(v1.SubscriptionService, target),
  server: connect(v1.ServerService, target),
};
const text = 'Été, naïveté, 海草 et 🌊.';

const publish = (id, headline, request = {}) => call(desk.publishing, 'publishArticle', {
  article: { articleId: `node-${run}-${id}`, storyId: run, language: 'fr', headline, body: [{ paragraph: { content: { text } } }] },
  ...request,
});

// The error of a call that must fail with a status and a reason.
async function fails(calling, code, reason) {
  const error = await calling.then(() => assert.fail('the call succeeded'), error => error);
  assert.equal(error.code, code, error.message);
  const found = typed(error);
  assert.deepEqual([found.code, found.domain, found.reason], [code, 'syndication.v1', reason]);
  return found;
}

const subscribe = (client, start = { earliest: {} }, name = stream) =>
  client.subscribe({ stream: name, maxBatchUpdates: 1, start });

// The next updates, and the cursor after them.
async function take(subscription, count) {
  const updates = [];
  for await (const frame of subscription) {
    updates.push(...(frame.updates?.updates ?? []));
    if (updates.length >= count) {
      return { updates, cursor: frame.cursor };
    }
  }
  assert.fail(`the stream ended after ${updates.length} of ${count} updates`);
}

const ids = updates => updates.map(update => update.updateId);

// Each in its turn: later ones use what earlier ones published.
const checks = {
  'server info': async () => assert.ok((await call(desk.server, 'getServerInfo', {})).version),

  'publish and read back': async () => {
    await call(desk.streams, 'createStream', { requestId: randomUUID(), stream: { streamId: stream, filter: { allOf: [{ storyId: run }] } } });
    const published = await publish('a', 'Première dépêche', { expectedVersion: 0 });
    assert.deepEqual([published.version, published.status], [1, 'ARTICLE_STATUS_USABLE']);
    const { article } = await call(desk.articles, 'getArticle', { articleId: published.articleId });
    assert.equal(article.body[0].paragraph.content.text, text);
  },

  'errors are typed': async () => {
    const mismatch = await fails(publish('a', 'Autre', { expectedVersion: 7 }), grpc.status.ABORTED, 'VERSION_MISMATCH');
    assert.equal(mismatch.metadata.current_version, '1');
    const invalid = await fails(publish('b', ''), grpc.status.INVALID_ARGUMENT, 'INVALID_FIELDS');
    assert.deepEqual(invalid.fields, ['article.headline']);
    await fails(take(subscribe(desk.subscriptions, { latest: {} }, 'node-nowhere'), 1), grpc.status.NOT_FOUND, 'STREAM_NOT_FOUND');
  },

  'a killed connection resumes without gap': async () => {
    await publish('b', 'Deuxième dépêche');
    const sockets = [];
    const relay = net.createServer(inside => {
      const outside = net.connect({ host: '127.0.0.1', port: target.split(':')[1] });
      for (const socket of [inside, outside]) {
        sockets.push(socket.on('error', () => {}));
      }
      inside.pipe(outside).pipe(inside);
    });
    await new Promise(listening => relay.listen(0, '127.0.0.1', listening));
    const subscription = subscribe(connect(v1.SubscriptionService, `127.0.0.1:${relay.address().port}`));
    const before = [];
    let cursor;
    const error = await (async () => {
      for await (const frame of subscription) {
        before.push(...(frame.updates?.updates ?? []));
        cursor = frame.cursor;
        if (before.length === 2) {
          // An RST, not a FIN.
          sockets.forEach(socket => socket.resetAndDestroy());
          relay.close();
        }
      }
    })().then(() => assert.fail('the stream ended as if all were well'), error => error);
    assert.equal(error.code, grpc.status.UNAVAILABLE, error.message);
    for (let number = 0; number < 5; number++) {
      await publish(`m${number}`, `Manquée ${number}`);
    }
    const after = await take(subscribe(desk.subscriptions, { cursor }), 5);
    const whole = await take(subscribe(desk.subscriptions), 7);
    assert.deepEqual([...ids(before), ...ids(after.updates)], ids(whole.updates));
  },

  'the tail follows live, and a kill takes the text': async () => {
    const subscription = subscribe(desk.subscriptions, { latest: {} });
    const frames = subscription[Symbol.asyncIterator]();
    assert.equal((await frames.next()).value.frame, 'caughtUp');
    const published = await publish('live', 'En direct');
    assert.equal((await frames.next()).value.updates.updates[0].updateId, published.updateId);
    await call(desk.publishing, 'withdrawArticle', { articleId: published.articleId, advisory: 'Annulation', internalReason: 'test' });
    const [killed] = (await frames.next()).value.updates.updates;
    assert.deepEqual([killed.kind, killed.articleId, killed.advisory, killed.article], ['UPDATE_KIND_WITHDRAWN', published.articleId, 'Annulation', null]);
    subscription.on('error', () => {}).cancel();
    const { article } = await call(desk.articles, 'getArticle', { articleId: published.articleId });
    assert.deepEqual([article.status, article.headline, article.body], ['ARTICLE_STATUS_WITHDRAWN', '', []]);
    await fails(publish('live', 'Encore'), grpc.status.FAILED_PRECONDITION, 'ARTICLE_WITHDRAWN');
  },
};

let passed = 0, failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const began = performance.now();
  const error = await check().then(() => undefined, error => error);
  error ? failed++ : passed++;
  console.log(`${error ? 'FAILED' : 'passed'}  ${name} (${Math.round(performance.now() - began)} ms)`, error ?? '');
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed ? 1 : 0);
