#!/usr/bin/env python3
"""Whether a client that follows a stream comes through cut connections unharmed.

    cuts.py NAME grpc|http COMMAND…

Between the client and the server's gRPC or HTTP port lies a line that breaks: each of its connections carries a random number
of bytes, both ways together, and is then cut, in the middle of whatever was under way, with or without a goodbye. Meanwhile
a desk publishes, updates, corrects, withholds, releases and kills articles. After the last cut the line holds, the desk
publishes once more, and what the client made of it all is compared with what the desk was answered.

The command is the client. It finds the broken line (HOST:PORT) in SYNDICATION_LINE, the stream in SYNDICATION_STREAM and the
key in SYNDICATION_KEY, and writes a line for every update once it is processed: "update UPDATE_ID ARTICLE VERSION KIND". It is
ended when it has written the last one. The server's ports are in SYNDICATION_GRPC and SYNDICATION_HTTP.

CUTS (200) is how often the line breaks, SEED what the randomness begins with; it is printed. Ends with "N passed, …".
"""

import asyncio
import http.client
import json
import os
import random
import signal
import socket
import struct
import sys
import uuid

CUTS = int(os.environ.get("CUTS", "200"))
SEED = int(os.environ.get("SEED", str(random.SystemRandom().randrange(1_000_000))))

# How far the desk goes before the client: enough that a client coming back has something to catch up with.
AHEAD = 12

# Nothing is timed: this only ends a run in which nothing happens any more.
PATIENCE = 60


class Line:
    """A TCP relay whose connections break."""

    def __init__(self, target, budgets, cuts, changed):
        host, port = target.rsplit(":", 1)
        self._target = (host, int(port))
        self._random = budgets
        self._left = cuts
        self._changed = changed
        self._open = set()
        self.made = 0
        self.silent = 0

    async def open(self):
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return "127.0.0.1:%d" % self._server.sockets[0].getsockname()[1]

    async def close(self):
        # The client is gone, and its connections end with it.
        self._server.close()
        if self._open:
            await asyncio.wait(self._open, timeout=PATIENCE)
        # The sockets are closed by the loop, in its next rounds.
        for _ in range(3):
            await asyncio.sleep(0)

    @property
    def breaks(self):
        return self.made < self._left

    def _budget(self):
        # A quarter breaks before much has been said: in the handshake, or in an answer's headers.
        return self._random.randint(1, 800) if self._random.random() < 0.25 else self._random.randint(800, 10_000)

    async def _carry(self, reader, writer):
        task = asyncio.current_task()
        self._open.add(task)
        budget, resets = self._budget(), self._random.random() < 0.5
        state = {"left": budget, "down": 0}
        try:
            up_reader, up_writer = await asyncio.open_connection(*self._target)
        except OSError:
            self._break(writer, True)
            self._open.discard(task)
            return
        pumps = [
            asyncio.ensure_future(self._pump(reader, up_writer, state, False)),
            asyncio.ensure_future(self._pump(up_reader, writer, state, True)),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        cut = "cut" in await asyncio.gather(*pumps, return_exceptions=True)
        self._break(writer, cut and resets)
        self._break(up_writer, cut and resets)
        self._open.discard(task)
        if cut:
            self.made += 1
            self.silent += state["down"] == 0
            self._changed()

    async def _pump(self, reader, writer, state, down):
        try:
            while data := await reader.read(65536):
                if self.breaks and len(data) >= state["left"]:
                    # The bytes up to the cut arrive: a client may act on half a message.
                    writer.write(data[: state["left"]])
                    state["down"] += down * state["left"]
                    await writer.drain()
                    return "cut"
                if self.breaks:
                    state["left"] -= len(data)
                state["down"] += down * len(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        return "ended"

    @staticmethod
    def _break(writer, resets):
        if resets:
            # An RST, not a FIN.
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        else:
            writer.close()


class Desk:
    """Publishes over REST, one call after the other, so that the order of its answers is that of the log."""

    def __init__(self, address, choices):
        self._http = http.client.HTTPConnection(*address.rsplit(":", 1), timeout=PATIENCE)
        self._random = choices
        self._story = uuid.uuid4().hex[:8]
        self._articles = {}
        self.stream = "cuts-" + self._story
        self.said = []
        self._call("/v1/streams", {"stream": {"streamId": self.stream, "filter": {"allOf": [{"storyId": self._story}]}}})

    def next(self):
        """One change, drawn from those that are possible."""
        usable = [key for key, state in self._articles.items() if state == "usable"]
        held = [key for key, state in self._articles.items() if state == "held"]
        change = self._random.choices(["new", "update", "correct", "withhold", "release", "kill"], [30, 25, 15, 8, 8, 14])[0]
        if change in ("update", "correct", "withhold", "kill") and not usable or change == "release" and not held:
            change = "new"
        if change == "new":
            self.publish("cut-%s-%d" % (self._story, len(self._articles)), "CHANGE_TYPE_NEW", "UPDATE_KIND_PUBLISHED")
        elif change == "update":
            self.publish(self._random.choice(usable), "CHANGE_TYPE_UPDATE", "UPDATE_KIND_UPDATED")
        elif change == "correct":
            self.publish(self._random.choice(usable), "CHANGE_TYPE_CORRECTION", "UPDATE_KIND_CORRECTED", correction={"note": "Le nom était faux."})
        elif change == "release":
            self._change(self._random.choice(held), "release", "usable", "UPDATE_KIND_RELEASED")
        else:
            state, kind = {"withhold": ("held", "UPDATE_KIND_WITHHELD"), "kill": ("killed", "UPDATE_KIND_WITHDRAWN")}[change]
            self._change(self._random.choice(usable), {"kill": "withdraw"}.get(change, change), state, kind, advisory="Ne pas utiliser.", internalReason="test")

    def publish(self, article_id, change, kind, **fields):
        words = "Été, naïveté, 海草 et 🌊 " * self._random.randint(1, 12)
        article = {
            "articleId": article_id, "storyId": self._story, "language": "fr", "headline": "Dépêche %d" % len(self.said),
            "body": [{"paragraph": {"content": {"text": words}}}], **fields,
        }
        self._note(self._call("/v1/articles:publish", {"article": article, "change": change}), kind)
        self._articles[article_id] = "usable"

    def _change(self, article_id, verb, state, kind, **fields):
        self._note(self._call("/v1/articles:" + verb, {"articleId": article_id, **fields}), kind)
        self._articles[article_id] = state

    def _note(self, answer, kind):
        self.said.append((answer["updateId"], answer["articleId"], str(answer["version"]), kind))

    def _call(self, path, message):
        headers = {"authorization": "Bearer " + os.environ["SYNDICATION_KEY"], "content-type": "application/json"}
        self._http.request("POST", path, json.dumps(message), headers)
        response = self._http.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError("%s: %d %s" % (path, response.status, body.decode()))
        return json.loads(body)


async def run(name, port, command):
    chance = random.Random(SEED)
    changed = asyncio.Condition()
    loop = asyncio.get_running_loop()

    async def notify():
        async with changed:
            changed.notify_all()

    target = os.environ["SYNDICATION_GRPC" if port == "grpc" else "SYNDICATION_HTTP"]
    line = Line(target, random.Random(chance.random()), CUTS, lambda: loop.create_task(notify()))
    desk = await asyncio.to_thread(Desk, os.environ["SYNDICATION_HTTP"], random.Random(chance.random()))
    environment = {**os.environ, "SYNDICATION_LINE": await line.open(), "SYNDICATION_STREAM": desk.stream}
    client = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE, limit=1 << 20, start_new_session=True)
    got = []

    async def read():
        while text := await client.stdout.readline():
            words = text.decode().split()
            if words and words[0] == "update":
                got.append(tuple(words[1:]))
                await notify()
            else:
                print(" ", text.decode().rstrip())

    reading = asyncio.create_task(read())

    async def until(condition, what):
        async with changed:
            while not condition():
                compare(got, desk.said)
                if reading.done():
                    raise RuntimeError("the client ended after %d updates, %d cuts" % (len(got), line.made))
                before = (len(got), line.made)
                try:
                    await asyncio.wait_for(changed.wait(), PATIENCE)
                except asyncio.TimeoutError:
                    if before == (len(got), line.made):
                        raise RuntimeError("nothing happens: %d of %d updates, %d cuts, waiting for %s" % (len(got), len(desk.said), line.made, what)) from None

    try:
        reading.add_done_callback(lambda _: loop.create_task(notify()))
        while line.breaks:
            await until(lambda: len(desk.said) - len(got) < AHEAD or not line.breaks, "the client")
            if line.breaks:
                await asyncio.to_thread(desk.next)
        await asyncio.to_thread(desk.publish, "cut-end-" + desk.stream, "CHANGE_TYPE_NEW", "UPDATE_KIND_PUBLISHED")
        await until(lambda: desk.said[-1] in got, "the last update")
        compare(got, desk.said)
        if len(got) != len(desk.said):
            raise AssertionError("%d updates arrived of %d" % (len(got), len(desk.said)))
        kinds = sorted({update[3].removeprefix("UPDATE_KIND_").lower() for update in got})
        print("passed  %s: %d cuts (seed %d, %d of them before a byte was answered); %d updates (%s), each once and in order" % (
            name, line.made, SEED, line.silent, len(got), ", ".join(kinds)))
        return True
    except Exception as error:
        print("FAILED  %s: %s (seed %d)" % (name, error, SEED))
        return False
    finally:
        # With all that it started.
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(client.pid, sign)
                await asyncio.wait_for(client.wait(), 10)
            except (ProcessLookupError, asyncio.TimeoutError):
                pass
        await asyncio.wait([reading], timeout=10)
        await line.close()


def compare(got, said):
    """Every change once, by article and version and in the desk's order, as far as both have come."""
    for place, (received, sent) in enumerate(zip(got, said)):
        if received != sent:
            ids = [update[0] for update in got[:place]]
            what = "again" if received[0] in ids else "with a hole before it" if received in said else "which nobody made"
            raise AssertionError("update %d is %s, %s; expected %s" % (place, " ".join(received), what, " ".join(sent)))


def main():
    done = asyncio.run(run(sys.argv[1], sys.argv[2], sys.argv[3:]))
    print("%d passed, %d failed, 0 skipped" % (done, not done))
    return 0 if done else 1


if __name__ == "__main__":
    sys.exit(main())
