#!/usr/bin/env python3
"""Follows a stream over a line that breaks, and writes what it processed: the client of shared/cuts.py."""

import os

import grpc
from interop import connect
from syndication.v1 import subscription_service_pb2, subscription_service_pb2_grpc, update_pb2

# After a connection that broke gRPC waits before it makes another, at first for a second.
QUICK = [
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 100),
]


def main():
    channel = connect(os.environ["SYNDICATION_LINE"], options=QUICK)
    stub = subscription_service_pb2_grpc.SubscriptionServiceStub(channel)
    request = subscription_service_pb2.SubscribeRequest(stream=os.environ["SYNDICATION_STREAM"], max_batch_updates=4)
    while True:
        try:
            for frame in stub.Subscribe(request, wait_for_ready=True):
                for update in frame.updates.updates:
                    print("update", update.update_id, update.article_id, update.version, update_pb2.UpdateKind.Name(update.kind), flush=True)
                # With what was made of the frame: from here it goes on.
                request.start.cursor = frame.cursor
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.UNAVAILABLE:
                raise


if __name__ == "__main__":
    main()
