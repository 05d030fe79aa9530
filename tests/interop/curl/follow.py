#!/usr/bin/env python3
"""Follows a stream with curl over a line that breaks, and writes what it processed: the client of shared/cuts.py.

    follow.py ndjson|sse
"""

import json
import os
import subprocess
import sys

URL = "http://%s/v1/streams/%s/updates?max_batch_updates=4" % (os.environ["SYNDICATION_LINE"], os.environ["SYNDICATION_STREAM"])


def curl(url, *headers):
    """The lines of one answer that arrived whole. What a cut left of the last one is none."""
    command = ["curl", "-sN", "-H", "authorization: Bearer " + os.environ["SYNDICATION_KEY"]]
    for header in headers:
        command += ["-H", header]
    with subprocess.Popen([*command, url], stdout=subprocess.PIPE, text=True, errors="replace") as process:
        for line in process.stdout:
            if line.endswith("\n"):
                yield line[:-1]


def process(frame):
    for update in frame.get("updates", {}).get("updates", []):
        print("update", update["updateId"], update["articleId"], update["version"], update["kind"], flush=True)


def ndjson():
    """A line is a frame, and carries the cursor to go on from."""
    cursor = None
    while True:
        for line in curl(URL + ("" if cursor is None else "&start.cursor=" + cursor)):
            frame = json.loads(line)
            process(frame)
            cursor = frame["cursor"]


def sse():
    """What ends with an empty line is an event, as browsers have it; its id goes into the header of the next request."""
    last_id = None
    while True:
        fields = {}
        for line in curl(URL, "accept: text/event-stream", *([] if last_id is None else ["last-event-id: " + last_id])):
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "data" in fields:
                process(json.loads(fields["data"]))
                last_id = fields.get("id", last_id)
                fields = {}


{"ndjson": ndjson, "sse": sse}[sys.argv[1]]()
