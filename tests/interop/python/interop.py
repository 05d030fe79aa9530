#!/usr/bin/env python3
"""Does with the service what a partner in another language does, on stubs that protoc made from protos/.

    interop.py HOST:PORT      (the stubs, google/rpc and ../shared are found by PYTHONPATH)

Ends with a line "N passed, N failed, N skipped"; exit code 1 when something failed.
"""

import os
import queue
import socket
import sys
import threading
import uuid

import checks
import grpc
from google.protobuf import empty_pb2
from google.rpc import error_details_pb2, status_pb2
from syndication.v1 import (
    article_pb2,
    article_service_pb2,
    article_service_pb2_grpc,
    body_pb2,
    publishing_service_pb2,
    publishing_service_pb2_grpc,
    server_service_pb2,
    server_service_pb2_grpc,
    stream_pb2,
    stream_service_pb2,
    stream_service_pb2_grpc,
    subscription_service_pb2,
    subscription_service_pb2_grpc,
    update_pb2,
)

TIMEOUT = 30
RUN = uuid.uuid4().hex[:8]


class WithKey(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor, grpc.StreamStreamClientInterceptor):
    """Sends the key with every call. (Call credentials would need TLS.)"""

    def __init__(self, key):
        self._metadata = ("authorization", "Bearer " + key)

    def _intercept(self, continuation, details, request):
        details = details._replace(metadata=[*(details.metadata or []), self._metadata])
        return continuation(details, request)

    intercept_unary_unary = _intercept
    intercept_unary_stream = _intercept
    intercept_stream_stream = _intercept


def connect(target, options=None):
    return grpc.intercept_channel(grpc.insecure_channel(target, options), WithKey(os.environ["SYNDICATION_KEY"]))


class Cut:
    """A TCP relay before the server, so that a connection can die as on a bad line: without a goodbye."""

    def __init__(self, target):
        host, port = target.rsplit(":", 1)
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets = []
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                inside, _ = self._listener.accept()
            except OSError:
                return
            outside = socket.create_connection(self._target)
            self._sockets += [inside, outside]
            threading.Thread(target=self._pump, args=(inside, outside), daemon=True).start()
            threading.Thread(target=self._pump, args=(outside, inside), daemon=True).start()

    @staticmethod
    def _pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass

    def cut(self):
        self._listener.close()
        for sock in self._sockets:
            # An RST, not a FIN.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()


class Desk:
    def __init__(self, target):
        self.target = target
        channel = connect(target)
        self.publishing = publishing_service_pb2_grpc.PublishingServiceStub(channel)
        self.articles = article_service_pb2_grpc.ArticleServiceStub(channel)
        self.streams = stream_service_pb2_grpc.StreamServiceStub(channel)
        self.subscriptions = subscription_service_pb2_grpc.SubscriptionServiceStub(channel)
        self.server = server_service_pb2_grpc.ServerServiceStub(channel)

    def publish(self, article_id, headline, **request):
        article = article_pb2.Article(
            article_id=article_id,
            headline=headline,
            language="fr",
            slugline=RUN,
            story_id=RUN,
            body=[body_pb2.Block(paragraph=body_pb2.Paragraph(content=body_pb2.RichText(text="Été, naïveté, 海草 et 🌊.")))],
        )
        return self.publishing.PublishArticle(
            publishing_service_pb2.PublishArticleRequest(article=article, **request), timeout=TIMEOUT)


def details(error):
    """The typed error behind a grpc.RpcError: its ErrorInfo and BadRequest."""
    raw = dict(error.trailing_metadata()).get("grpc-status-details-bin")
    assert raw is not None, "the error carries no google.rpc.Status"
    status = status_pb2.Status.FromString(raw)
    assert status.code == error.code().value[0], "the status in the trailer differs from the call's"
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for detail in status.details:
        detail.Unpack(info) or detail.Unpack(bad)
    assert info.domain == "syndication.v1", info.domain
    return info, bad


def fails(call, code):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, error
        return details(error)
    raise AssertionError("the call succeeded; expected %s" % code)


def stream_of(desk, name):
    """A stream that holds this run's articles alone."""
    desk.streams.CreateStream(
        stream_service_pb2.CreateStreamRequest(
            request_id=uuid.uuid4().hex,
            stream=stream_pb2.Stream(
                stream_id=name, filter=stream_pb2.ArticleFilter(all_of=[stream_pb2.ArticleClause(story_id=RUN)]))),
        timeout=TIMEOUT)
    return name


def subscribe(stub, stream, **start):
    return stub.Subscribe(
        subscription_service_pb2.SubscribeRequest(
            stream=stream,
            max_batch_updates=1,
            start=subscription_service_pb2.StartPosition(**(start or {"earliest": empty_pb2.Empty()}))),
        timeout=TIMEOUT)


def take(call, count):
    """The next updates, and the cursor after them."""
    updates, cursor = [], ""
    for frame in call:
        cursor = frame.cursor
        updates += frame.updates.updates
        if len(updates) >= count:
            return updates, cursor
    raise AssertionError("the stream ended after %d of %d updates" % (len(updates), count))


def check_server_info(desk):
    info = desk.server.GetServerInfo(server_service_pb2.GetServerInfoRequest(), timeout=TIMEOUT)
    assert info.ByteSize() > 0


def check_publish_and_read_back(desk):
    published = desk.publish("py-%s-a" % RUN, "Première dépêche", expected_version=0)
    assert (published.version, published.status) == (1, article_pb2.ARTICLE_STATUS_USABLE)
    article = desk.articles.GetArticle(
        article_service_pb2.GetArticleRequest(article_id=published.article_id), timeout=TIMEOUT).article
    assert article.body[0].paragraph.content.text == "Été, naïveté, 海草 et 🌊."


def check_a_repeated_request_has_no_second_effect(desk):
    first = desk.publish("py-%s-r" % RUN, "Une fois", request_id="py-" + RUN)
    again = desk.publish("py-%s-r" % RUN, "Une fois", request_id="py-" + RUN)
    assert (first.version, first.update_id) == (again.version, again.update_id)
    info, _ = fails(lambda: desk.publish("py-%s-r" % RUN, "Deux fois", request_id="py-" + RUN), grpc.StatusCode.INVALID_ARGUMENT)
    assert info.reason == "REQUEST_ID_REUSED", info.reason


def check_errors_are_typed(desk):
    info, _ = fails(lambda: desk.publish("py-%s-a" % RUN, "Autre", expected_version=7), grpc.StatusCode.ABORTED)
    assert (info.reason, info.metadata["current_version"]) == ("VERSION_MISMATCH", "1"), info
    info, bad = fails(lambda: desk.publish("py-%s-b" % RUN, ""), grpc.StatusCode.INVALID_ARGUMENT)
    assert info.reason == "INVALID_FIELDS"
    assert bad.field_violations[0].field == "article.headline", bad
    info, _ = fails(lambda: take(subscribe(desk.subscriptions, "py-nowhere"), 1), grpc.StatusCode.NOT_FOUND)
    assert info.reason == "STREAM_NOT_FOUND"


def check_a_killed_connection_resumes_without_gap(desk):
    stream = stream_of(desk, "py-%s" % RUN)
    line = Cut(desk.target)
    fragile = subscription_service_pb2_grpc.SubscriptionServiceStub(connect(line.address))
    call = subscribe(fragile, stream)
    before, cursor = take(call, 2)
    line.cut()
    try:
        for _ in call:
            pass
        raise AssertionError("the stream ended as if all were well")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.UNAVAILABLE, error

    for number in range(5):
        desk.publish("py-%s-m%d" % (RUN, number), "Manquée %d" % number)
    after, _ = take(subscribe(desk.subscriptions, stream, cursor=cursor), 5)
    whole, _ = take(subscribe(desk.subscriptions, stream), 7)
    assert [update.update_id for update in before + after] == [update.update_id for update in whole]


def check_the_tail_follows_live(desk):
    seen = queue.Queue()
    call = subscribe(desk.subscriptions, "py-%s" % RUN, latest=empty_pb2.Empty())

    def read():
        try:
            for frame in call:
                seen.put(frame)
        except grpc.RpcError:
            pass

    threading.Thread(target=read, daemon=True).start()
    assert seen.get(timeout=TIMEOUT).HasField("caught_up")
    published = desk.publish("py-%s-live" % RUN, "En direct")
    assert seen.get(timeout=TIMEOUT).updates.updates[0].update_id == published.update_id
    call.cancel()


def check_acknowledged_places_are_kept(desk):
    stream = "py-%s" % RUN
    _, cursor = take(subscribe(desk.subscriptions, stream), 3)
    desk.subscriptions.Acknowledge(
        subscription_service_pb2.AcknowledgeRequest(stream=stream, consumer="py", cursor=cursor), timeout=TIMEOUT)
    page = desk.subscriptions.PullUpdates(
        subscription_service_pb2.PullUpdatesRequest(
            stream=stream,
            consumer="py",
            max_batch_updates=1,
            start=subscription_service_pb2.StartPosition(
                acknowledged=subscription_service_pb2.AcknowledgedStart(
                    fallback=subscription_service_pb2.ACKNOWLEDGED_FALLBACK_FAIL))),
        timeout=TIMEOUT)
    whole, _ = take(subscribe(desk.subscriptions, stream), 4)
    assert page.updates[0].update_id == whole[3].update_id


def check_a_kill_reaches_who_follows_and_takes_the_text(desk):
    stream = "py-%s" % RUN
    call = subscribe(desk.subscriptions, stream)
    desk.publishing.WithdrawArticle(
        publishing_service_pb2.WithdrawArticleRequest(
            article_id="py-%s-a" % RUN, advisory="Annulation", internal_reason="test"),
        timeout=TIMEOUT)
    killed = None
    while killed is None:
        for update in take(call, 1)[0]:
            killed = update if update.kind == update_pb2.UPDATE_KIND_WITHDRAWN else None
    assert (killed.article_id, killed.advisory) == ("py-%s-a" % RUN, "Annulation")
    article = desk.articles.GetArticle(
        article_service_pb2.GetArticleRequest(article_id="py-%s-a" % RUN), timeout=TIMEOUT).article
    assert article.status == article_pb2.ARTICLE_STATUS_WITHDRAWN and not article.body and not article.headline
    info, _ = fails(lambda: desk.publish("py-%s-a" % RUN, "Encore"), grpc.StatusCode.FAILED_PRECONDITION)
    assert info.reason == "ARTICLE_WITHDRAWN"


if __name__ == "__main__":
    sys.exit(checks.run(globals(), Desk(sys.argv[1])))
