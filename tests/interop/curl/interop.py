#!/usr/bin/env python3
"""Does with the service what a partner does who has nothing but curl. Ends with "N passed, N failed, N skipped"."""

import json
import os
import subprocess
import sys
import uuid

import checks

BASE = "http://" + os.environ["SYNDICATION_HTTP"]
KEY = "authorization: Bearer " + os.environ["SYNDICATION_KEY"]
RUN = uuid.uuid4().hex[:8]
STREAM = "curl-" + RUN


def curl(path, *options, key=KEY):
    """What is printed: the answer's code, its media type, and the body."""
    command = ["curl", "-sS", "--max-time", "60", "-w", "\n%{http_code} %{content_type}", *(["-H", key] if key else []), *options, BASE + path]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    body, _, last = done.stdout.rpartition("\n")
    code, _, media_type = last.partition(" ")
    media_type = media_type.partition(";")[0]
    return int(code), media_type, body


def call(path, message):
    code, media_type, body = curl(path, "-H", "content-type: application/json", "-d", json.dumps(message))
    assert (code, media_type) == (200, "application/json"), body
    return json.loads(body)


def refused(answer, code, status, reason):
    """A refusal as google.rpc.Status has it in JSON, with its ErrorInfo and BadRequest."""
    got, media_type, body = answer
    assert (got, media_type) == (code, "application/json"), (got, media_type, body)
    error = json.loads(body)
    details = {detail["@type"].rpartition("/")[2]: detail for detail in error["details"]}
    info = details["google.rpc.ErrorInfo"]
    assert (error["code"], info["reason"], info["domain"]) == (status, reason, "syndication.v1"), error
    assert error["message"], error
    return info.get("metadata", {}), [field["field"] for field in details.get("google.rpc.BadRequest", {}).get("fieldViolations", [])]


def publish(article_id, headline, **request):
    article = {"articleId": "%s-%s" % (STREAM, article_id), "storyId": RUN, "language": "fr", "headline": headline}
    return call("/v1/articles:publish", {"article": article, **request})


class Following:
    """curl -N on a stream, until it has been ended. Reads only what it is asked for."""

    def __init__(self, query="", *headers, key=KEY):
        options = [option for header in (key, *headers) for option in ("-H", header)]
        self._process = subprocess.Popen(
            ["curl", "-sSN", "--max-time", "60", *options, "%s/v1/streams/%s/updates?max_batch_updates=1%s" % (BASE, STREAM, query)],
            stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def lines(self):
        for line in self._process.stdout:
            yield json.loads(line)

    def events(self):
        """The fields of each event that says something."""
        fields = {}
        for line in self._process.stdout:
            if line != "\n":
                name, _, value = line.rstrip("\n").partition(": ")
                fields[name] = value
            else:
                if "data" in fields:
                    yield fields["event"], fields.get("id"), json.loads(fields["data"])
                fields = {}


def ids(frames, count):
    """The ids of the next updates, and the cursor after them."""
    found = []
    for frame in frames:
        found += [update["updateId"] for update in frame.get("updates", {}).get("updates", [])]
        if len(found) >= count:
            return found, frame["cursor"]
    raise AssertionError("the stream ended after %d of %d updates" % (len(found), count))


def check_rest_publishes_and_reads_back():
    call("/v1/streams", {"stream": {"streamId": STREAM, "filter": {"allOf": [{"storyId": RUN}]}}})
    first = publish("a", "Été, naïveté, 海草 et 🌊", expectedVersion=0)
    assert first["version"] == 1
    code, _, body = curl("/v1/articles/%s" % first["articleId"])
    assert (code, json.loads(body)["article"]["headline"]) == (200, "Été, naïveté, 海草 et 🌊")
    publish("b", "Deuxième")


def check_errors_are_a_google_rpc_status_in_json():
    post = ("-H", "content-type: application/json", "-d")
    metadata, _ = refused(curl("/v1/articles:publish", *post, json.dumps(
        {"article": {"articleId": STREAM + "-a", "language": "fr", "headline": "Autre"}, "expectedVersion": 7})), 409, 10, "VERSION_MISMATCH")
    assert metadata["current_version"] == "1", metadata
    _, fields = refused(curl("/v1/articles:publish", *post, '{"article": {"articleId": "x"}}'), 400, 3, "INVALID_FIELDS")
    assert fields == ["article.headline", "article.language"], fields
    refused(curl("/v1/articles:publish", *post, '{"artikel": {}}'), 400, 3, "HTTP_REQUEST_MALFORMED")
    refused(curl("/v1/articles/nowhere"), 404, 5, "ARTICLE_NOT_FOUND")
    refused(curl("/v1/articles/nowhere", key=None), 401, 16, "CREDENTIAL_MISSING")
    refused(curl("/v1/streams/nowhere/updates"), 404, 5, "STREAM_NOT_FOUND")
    refused(curl("/v1/streams/%s/updates?start.cursor=x" % STREAM), 400, 3, "CURSOR_INVALID")
    refused(curl("/v1/nowhere"), 404, 5, "PATH_UNKNOWN")


def check_json_lines_follow_live_and_resume_from_a_cursor():
    with Following() as following:
        frames = following.lines()
        before, cursor = ids(frames, 2)
        assert any("caughtUp" in frame for frame in [next(frames)]), "not caught up"
        live = publish("live", "En direct")
        assert ids(frames, 1)[0] == [live["updateId"]]
    missed = [publish("m%d" % number, "Manquée %d" % number)["updateId"] for number in range(3)]
    with Following("&start.cursor=" + cursor) as following:
        assert ids(following.lines(), 4)[0] == [live["updateId"], *missed]
    with Following() as following:
        assert ids(following.lines(), 6)[0] == [*before, live["updateId"], *missed]


def check_server_sent_events_resume_from_the_last_id():
    events = ("accept: text/event-stream",)
    with Following("", *events) as following:
        whole, last = [], None
        for name, last_id, frame in following.events():
            assert frame["cursor"] == last_id
            whole.append((name, frame))
            if len(whole) == 3:
                last = last_id
            if name == "caught_up":
                break
    updates = [frame["updates"]["updates"][0]["updateId"] for name, frame in whole if name == "updates"]
    assert len(updates) == 6, updates
    # The start in the address counts no more, as with a browser that comes again.
    with Following("&start=earliest", *events, "last-event-id: " + last) as following:
        assert ids((frame for _, _, frame in following.events()), 3)[0] == updates[3:]


def check_a_revoked_key_is_the_last_word_of_both():
    call("/v1/partners", {"partner": {"partnerId": "outlet-" + RUN}})
    call("/v1/grants:grant", {"partner": "outlet-" + RUN, "grant": {"stream": STREAM}})
    for headers, read in (((), Following.lines), (("accept: text/event-stream",), Following.events)):
        key = call("/v1/keys:issue", {"principal": "outlet-" + RUN, "role": "CALLER_ROLE_PARTNER"})
        with Following("&start=latest", *headers, key="authorization: Bearer " + key["secret"]) as following:
            frames = read(following)
            next(frames)
            call("/v1/keys:revoke", {"keyId": key["key"]["keyId"]})
            last = list(frames)[-1]
            error = last["error"] if isinstance(last, dict) else last[2]
            assert isinstance(last, dict) or last[0] == "error", last
            assert error["details"][0]["reason"] == "CREDENTIAL_INVALID", error


if __name__ == "__main__":
    sys.exit(checks.run(globals()))
