#!/usr/bin/env python3
"""What the server says of itself, read by tools that know nothing of it. Ends with "N passed, N failed, N skipped".

    contract.py FOLDER_OF_BUF_AND_VALIDATE_API WORK_FOLDER
"""

import io
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.request
import uuid
import zipfile

import checks

TOOLS, WORK = map(pathlib.Path, sys.argv[1:3])
PROTOS = pathlib.Path(__file__).resolve().parents[3] / "protos"
GRPC = "http://" + os.environ["SYNDICATION_GRPC"]
HTTP = "http://" + os.environ["SYNDICATION_HTTP"]
KEY = ("-H", "authorization: Bearer " + os.environ["SYNDICATION_KEY"])


def methods_of_the_contract():
    """Service/Method of each rpc in protos/, and whether it streams."""
    found = {}
    for file in (PROTOS / "syndication" / "v1").glob("*_service.proto"):
        service = None
        for line in file.read_text().splitlines():
            if match := re.match(r"service (\w+)", line):
                service = match[1]
            elif match := re.match(r"  rpc (\w+)\((stream )?\w+\) returns \((stream )?", line):
                found["syndication.v1.%s/%s" % (service, match[1])] = bool(match[2] or match[3])
    assert len(found) > 40, found
    return found


def run(*command, code=0):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    assert done.returncode == code, "%s: %d\n%s" % (" ".join(map(str, command)), done.returncode, done.stdout)
    return done.stdout


def buf_curl(method, message, *options, code=0):
    """A call of which buf knows nothing but what reflection tells."""
    return json.loads(run(TOOLS / "buf", "curl", "--protocol", "grpc", "--http2-prior-knowledge", *options, "-d", json.dumps(message), GRPC + "/" + method, code=code))


def get(path):
    with urllib.request.urlopen(HTTP + path, timeout=60) as response:
        return response.read()


def check_reflection_lists_every_method_to_buf_curl():
    listed = run(TOOLS / "buf", "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--list-methods", GRPC).split()
    assert sorted(method for method in listed if method.startswith("syndication.")) == sorted(methods_of_the_contract())


def check_buf_curl_publishes_and_reads_by_reflection_alone():
    article = {"articleId": "buf-" + uuid.uuid4().hex[:8], "language": "fr", "headline": "Été, 海草 et 🌊"}
    published = buf_curl("syndication.v1.PublishingService/PublishArticle", {"article": article}, *KEY)
    assert published["version"] == 1
    read = buf_curl("syndication.v1.ArticleService/GetArticle", {"articleId": article["articleId"]}, *KEY)
    assert read["article"]["headline"] == article["headline"]


def check_buf_curl_shows_errors_with_their_details():
    # The exit code is the status, times 8.
    error = buf_curl("syndication.v1.ArticleService/GetArticle", {"articleId": "nowhere"}, *KEY, code=5 * 8)
    assert (error["code"], [detail["type"] for detail in error["details"]]) == ("not_found", ["google.rpc.ErrorInfo"]), error
    error = buf_curl("syndication.v1.ArticleService/GetArticle", {"articleId": "nowhere"}, code=16 * 8)
    assert error["code"] == "unauthenticated", error


def check_the_protos_that_are_handed_out_need_nothing_else():
    folder = WORK / "protos"
    with zipfile.ZipFile(io.BytesIO(get("/protos.zip"))) as archive:
        archive.extractall(folder)
    # Also what every compiler brings along: no other folder is searched.
    files = sorted(str(file.relative_to(folder)) for file in folder.rglob("*.proto"))
    run("protoc", "-I", folder, "--descriptor_set_out=" + str(WORK / "set.binpb"), *files)
    for file in (PROTOS / "syndication").rglob("*.proto"):
        assert (folder / file.relative_to(PROTOS)).read_text() == file.read_text(), file
    (WORK / "protos.binpb").write_bytes(get("/protos.binpb"))
    # What every compiler brings along differs between compilers.
    ours = json.dumps({"version": "v2", "breaking": {"use": ["FILE"], "ignore": ["google"]}})
    run(TOOLS / "buf", "breaking", WORK / "protos.binpb", "--against", PROTOS / "baseline.binpb", "--config", ours)


def check_the_openapi_document_is_valid_and_names_every_unary_call():
    document = json.loads(get("/openapi/v1.json"))
    file = WORK / "openapi.json"
    file.write_text(json.dumps(document))
    assert json.loads(run(TOOLS / "validate-api", file))["valid"] is True
    named = {operation["operationId"] for path in document["paths"].values() for verb, operation in path.items() if "operationId" in operation}
    unary = {method.removeprefix("syndication.v1.").replace("/", "_") for method, streams in methods_of_the_contract().items() if not streams}
    assert unary <= named, unary - named
    # The validator would have said so.
    next(iter(document["paths"].values()))["get"] = {"responses": []}
    file.write_text(json.dumps(document))
    run(TOOLS / "validate-api", file, code=1)


if __name__ == "__main__":
    sys.exit(checks.run(globals()))
