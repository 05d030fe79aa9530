// Shows a stream live, from a server of another origin. The address says what: #server=…&stream=…&key=…&via=grpc-web|ndjson
import { Code, ConnectError, createClient, type Interceptor } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { fromJson } from '@bufbuild/protobuf';
import { ErrorInfoSchema } from 'gen/google/rpc/error_details_pb';
import { type SubscribeResponse, SubscribeResponseSchema, SubscriptionService } from 'gen/syndication/v1/subscription_service_pb';
import { type Update, UpdateKind } from 'gen/syndication/v1/update_pb';

declare const report: ((line: string) => Promise<void>) | undefined;

const settings = new URLSearchParams(location.hash.slice(1));
const server = settings.get('server')!, stream = settings.get('stream')!, key = settings.get('key')!;

const withKey: Interceptor = next => request => {
  request.header.set('authorization', `Bearer ${key}`);
  return next(request);
};
const client = createClient(SubscriptionService, createGrpcWebTransport({ baseUrl: server, interceptors: [withKey] }));

function overGrpcWeb(cursor?: string): AsyncIterable<SubscribeResponse> {
  return client.subscribe({ stream, maxBatchUpdates: 4, start: cursor ? { position: { case: 'cursor', value: cursor } } : {} });
}

// EventSource can send no key; fetch can, and streams as well.
async function* overJsonLines(cursor?: string): AsyncIterable<SubscribeResponse> {
  const query = new URLSearchParams({ max_batch_updates: '4', ...(cursor && { 'start.cursor': cursor }) });
  const response = await fetch(`${server}/v1/streams/${stream}/updates?${query}`, { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) {
    const status = await response.json();
    throw Object.assign(new Error(status.message), { reason: status.details[0].reason });
  }
  let rest = '';
  for await (const text of response.body!.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      yield fromJson(SubscribeResponseSchema, JSON.parse(line));
    }
  }
}

const list = document.querySelector('#articles')!, state = document.querySelector('#state')!;
document.querySelector('h1')!.textContent = stream;

function show(update: Update) {
  const id = `article-${update.articleId}`;
  const item = document.getElementById(id) ?? Object.assign(document.createElement('li'), { id });
  item.className = update.article ? '' : 'down';
  item.textContent = update.article?.headline ?? update.advisory;
  item.append(Object.assign(document.createElement('small'), { textContent: ` ${UpdateKind[update.kind].toLowerCase()} v${update.version}` }));
  list.prepend(item);
}

function say(text: string, isLive = false) {
  state.textContent = text;
  state.className = isLive ? 'live' : '';
}

// What the server itself said, as opposed to a connection that broke.
function reasonOf(error: any): string | undefined {
  return error.reason ?? ConnectError.from(error).findDetails(ErrorInfoSchema)[0]?.reason;
}

async function follow(open: (cursor?: string) => AsyncIterable<SubscribeResponse>) {
  let cursor: string | undefined;
  for (let attempts = 0; ; attempts++) {
    try {
      for await (const frame of open(cursor)) {
        for (const update of frame.frame.case === 'updates' ? frame.frame.value.updates : []) {
          show(update);
          if (typeof report === 'function') {
            await report(`update ${update.updateId} ${update.articleId} ${update.version} UPDATE_KIND_${UpdateKind[update.kind]}`);
          }
        }
        // With what was made of the frame: from here it goes on.
        cursor = frame.cursor;
        attempts = 0;
        if (frame.frame.case === 'caughtUp') {
          say('live', true);
        }
      }
    } catch (error) {
      const reason = reasonOf(error);
      if (reason && ConnectError.from(error).code !== Code.Unavailable) {
        say(`${reason}: ${ConnectError.from(error).rawMessage}`);
        return;
      }
      say(`connection lost: ${ConnectError.from(error).rawMessage}`);
    }
    await new Promise(resume => setTimeout(resume, Math.random() * Math.min(20 * 2 ** attempts, 1000)));
  }
}

void follow(settings.get('via') === 'ndjson' ? overJsonLines : overGrpcWeb);
