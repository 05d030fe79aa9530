#!/usr/bin/env python3
"""Runs what the READMEs tell people to type, in order, so that it cannot rot. Ends with "N passed, N failed, N skipped".

    readme.py ROOT CONFIGURATION WORK_FOLDER

README.md is run in a copy of the clone, protos/README.md in a copy of protos/ outside of it, beside the servers that
README.md started. Each has the folder `files` beside this script as well. A fenced block is run by its language:

    sh        in a terminal (terminal.sh says how it differs from anybody's); exports and `cd` last from block to block
    python    as a program
    csharp    as a program on the SDK
    js, ts    only as a file; so are all other languages, which are shown and nothing else without one

What a comment just before the block says (each in a line of its own) changes that:

    <!-- not run: REASON -->     it is listed as skipped, with the reason
    <!-- file: PATH -->          it is saved as that file, in the folder where the terminal is
    <!-- until: TEXT -->         it follows without end: it passes, and is ended, once it has shown the text
    <!-- exit codes: 0 4 -->     what its commands may exit with; otherwise 0 alone
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading

ROOT, CONFIGURATION, WORK = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
HERE = pathlib.Path(__file__).resolve().parent

# Nothing is timed: this only ends what hangs.
PATIENCE = 180

RUN = {"sh", "python", "csharp", "cs"}
NEVER_MERELY_SHOWN = {"js", "mjs", "javascript", "ts", "typescript", "java", "go"}

BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"<!--\s*(not run|file|until|exit codes)\s*:\s*(.*?)\s*-->\s*$")


class Block:
    def __init__(self, name, text, match):
        self.language, self.code = match[1], match[2]
        self.title = "%s:%d %s" % (name, text.count("\n", 0, match.start()) + 1, self.language)
        self.says = {}
        for line in reversed(text[: match.start()].splitlines()):
            said = COMMENT.match(line)
            if not said and line.strip():
                break
            if said:
                self.says[said[1]] = said[2]

    @property
    def counts(self):
        return bool(self.says) or self.language in RUN | NEVER_MERELY_SHOWN


class Terminal:
    """What lasts from block to block: folder, exports, servers, and all that was shown."""

    def __init__(self, folder, state):
        self._state = state
        state.mkdir(exist_ok=True)
        for name in ("transcript", "ports", "pids"):
            (state / name).touch()
        (state / "exports").write_text("")
        (state / "folder").write_text(str(folder))

    @property
    def folder(self):
        return pathlib.Path((self._state / "folder").read_text().strip())

    def translated(self, text):
        """With the ports that the servers really have."""
        for line in (self._state / "ports").read_text().splitlines():
            port, address = line.split()
            text = re.sub(r"(localhost|127\.0\.0\.1):%s\b" % port, address, text)
        return text

    def run(self, script, until=None, allowed="0"):
        """Runs a script of bash; raises with what it showed when it fails."""
        shown = (self._state / "transcript").read_text()
        last = lambda match: (re.findall(r"\b%s[A-Za-z0-9_-]+" % match[1], shown) or [match[0]])[-1]
        script = re.sub(r"\b([a-z]+_)…", last, self.translated(script))
        environment = {
            **os.environ, "TMPDIR": str(WORK / "tmp"), "TERMINAL": str(self._state), "ROOT": str(ROOT), "CONFIGURATION": CONFIGURATION, "NO_COLOR": "1",
            "DOTNET_CLI_TELEMETRY_OPTOUT": "1", "DOTNET_NOLOGO": "1", "MSBUILDDISABLENODEREUSE": "1", "UseSharedCompilation": "false",
        }
        # A file, not a pipe: servers that are started go on writing elsewhere, and a block's end is its shell's alone.
        began = (self._state / "transcript").stat().st_size
        with open(self._state / "transcript", "ab") as transcript:
            process = subprocess.Popen(
                ["bash", "-c", "allowed='%s'\n. '%s/terminal.sh'\n%s\n:" % (allowed, HERE, script)],
                env=environment, stdin=subprocess.DEVNULL, stdout=transcript, stderr=subprocess.STDOUT, start_new_session=True)

        def output():
            with open(self._state / "transcript", "rb") as transcript:
                transcript.seek(began)
                return transcript.read().decode(errors="replace")

        if until is not None:
            stopped, waited = threading.Event(), 0
            while until not in output() and process.poll() is None and waited < PATIENCE:
                stopped.wait(0.1)
                waited += 0.1
            seen = until in output()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
            if not seen:
                raise AssertionError("it never showed %r:\n%s" % (until, output()))
            return output()
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise AssertionError("it does not end:\n" + output()) from None
        if code != 0:
            raise AssertionError(output())
        return output()

    def end(self):
        """Ends the servers that were started, by their ids."""
        for pid in map(int, (self._state / "pids").read_text().split()):
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass


def project_on_the_sdk(folder, code):
    """A program on the SDK as it was built, ready to be run."""
    folder.mkdir()
    (folder / "Program.cs").write_text(code)
    built = ROOT / "tests" / "interop" / "csharp" / "bin" / CONFIGURATION / "net10.0"
    references = "".join('<Reference Include="%s" />' % file for file in built.glob("*.dll") if file.name != "Syndication.Interop.dll")
    (folder / "Snippet.csproj").write_text(
        '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>'
        "<ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup><ItemGroup>%s</ItemGroup></Project>" % references)


def run(block, terminal, scratch):
    until, allowed = block.says.get("until"), block.says.get("exit codes", "0")
    if "file" in block.says:
        file = terminal.folder / block.says["file"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(terminal.translated(block.code))
    elif block.language == "sh":
        terminal.run(block.code, until, allowed)
    elif block.language == "python":
        file = scratch / "snippet.py"
        file.write_text(terminal.translated(block.code))
        terminal.run("python3 '%s'" % file, until, allowed)
    elif block.language in ("csharp", "cs"):
        folder = scratch / ("snippet-%d" % len(list(scratch.iterdir())))
        project_on_the_sdk(folder, terminal.translated(block.code))
        terminal.run("command dotnet run --project '%s'" % folder, until, allowed)
    else:
        raise AssertionError("nobody runs a block of %s: say to which file it belongs, or why it is not run" % block.language)


def main():
    clone, protos, scratch = WORK / "clone", WORK / "protos", WORK / "scratch"
    files = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"], check=True, stdout=subprocess.PIPE, text=True).stdout
    for name in files.splitlines():
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, clone / name)
    shutil.copytree(clone / "protos", protos)
    scratch.mkdir()
    (WORK / "tmp").mkdir()
    counts = {"passed": 0, "FAILED": 0, "skipped": 0}
    state = WORK / "terminal"
    terminal = None
    try:
        for name, folder in (("README.md", clone), ("protos/README.md", protos)):
            shutil.copytree(HERE / "files", folder, dirs_exist_ok=True)
            terminal = Terminal(folder, state)
            text = (ROOT / name).read_text()
            for block in (Block(name, text, match) for match in BLOCK.finditer(text)):
                if not block.counts:
                    continue
                result, why = "passed", block.says.get("not run", "")
                if why:
                    result = "skipped"
                else:
                    try:
                        run(block, terminal, scratch)
                    except AssertionError as error:
                        result, why = "FAILED", "\n" + str(error)
                counts[result] += 1
                first = next((line for line in block.code.splitlines() if line.strip()), "")
                print("%s  %s: %s%s" % (result, block.title, first[:80], why and "  (%s)" % why), flush=True)
    finally:
        if terminal:
            terminal.end()
    print("%(passed)d passed, %(FAILED)d failed, %(skipped)d skipped" % counts)
    return 1 if counts["FAILED"] else 0


if __name__ == "__main__":
    sys.exit(main())
