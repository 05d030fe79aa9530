// Follows a stream over a line that breaks, and writes what it processed: the client of shared/cuts.py.
import grpc from '@grpc/grpc-js';
import { connect, v1 } from './client.mjs';

// After a connection that broke gRPC waits before it makes another, at first for a second.
const quick = { 'grpc.initial_reconnect_backoff_ms': 20, 'grpc.max_reconnect_backoff_ms': 50 };
const client = connect(v1.SubscriptionService, process.env.SYNDICATION_LINE, quick);
const request = { stream: process.env.SYNDICATION_STREAM, maxBatchUpdates: 4, start: { earliest: {} } };
while (true) {
  try {
    for await (const frame of client.subscribe(request)) {
      for (const update of frame.updates?.updates ?? []) {
        console.log('update', update.updateId, update.articleId, update.version, update.kind);
      }
      // With what was made of the frame: from here it goes on.
      request.start = { cursor: frame.cursor };
    }
  } catch (error) {
    if (error.code !== grpc.status.UNAVAILABLE) {
      throw error;
    }
  }
}
