# Sourced by the run scripts of all clients: a server of its own for each, and the count of what was checked.
# Needs curl and a built server (CONFIGURATION, Release by default).
set -euo pipefail
shared=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$shared/../../.." && pwd)
configuration=${CONFIGURATION:-Release}
work=$(mktemp -d)
pids=()
passed=0 failed=0 skipped=0

# An administrator's key of every server that is started here.
export SYNDICATION_KEY=administrator-of-the-interop-run-0123456789
export PYTHONDONTWRITEBYTECODE=1

# Its modules are the checks' own.
export PYTHONPATH=$shared

clean_up() {
    # By id, and waited for: nothing that was started here outlives it.
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap clean_up EXIT

# start_server [SETTING…]: on free ports over an empty database; exports SYNDICATION_GRPC and SYNDICATION_HTTP as HOST:PORT.
start_server() {
    dotnet "$root/src/Syndication.Server/bin/$configuration/net10.0/Syndication.Server.dll" \
        --Syndication:BootstrapAdminKey="$SYNDICATION_KEY" --Syndication:DataDirectory="$work/data" \
        --Syndication:Grpc:Url=http://127.0.0.1:0 --Syndication:Http:Url=http://127.0.0.1:0 "$@" >"$work/server.log" 2>&1 &
    local pid=$! urls=()
    pids+=("$pid")
    for _ in $(seq 600); do
        # In the order of binding: gRPC, then HTTP/1.1.
        mapfile -t urls < <(sed -n 's/.*Now listening on: http:\/\///p' "$work/server.log")
        if [ "${#urls[@]}" = 2 ] && curl -fs -o /dev/null "http://${urls[1]}/health/ready"; then
            export SYNDICATION_GRPC=${urls[0]} SYNDICATION_HTTP=${urls[1]}
            return
        fi
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    cat "$work/server.log"
    echo "the server did not start"
    return 1
}

# Debian's packages are seen by Debian's interpreter alone; another may come first in PATH.
python_with_grpc() {
    for candidate in python3 /usr/bin/python3; do
        if "$candidate" -c 'import grpc' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "no python3 with grpc: apt-get install python3-grpcio" >&2
    return 1
}

# What the Node clients use, in the versions of package-lock.json. The folder is ignored by git.
install_npm() {
    local modules=$root/tests/interop/node_modules
    if [ ! -e "$modules/.installed" ] || ! cmp -s "$root/tests/interop/package-lock.json" "$modules/.installed"; then
        npm ci --prefix "$root/tests/interop" --silent --no-fund --no-audit
        cp "$root/tests/interop/package-lock.json" "$modules/.installed"
    fi
}

# check COMMAND…: runs what ends with a line "N passed, N failed, N skipped", and adds it to the sum.
check() {
    local code=0 line p f s
    "$@" 2>&1 | tee "$work/check.log" | { grep --line-buffered -vE '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' || true; } || code=$?
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$work/check.log" | tail -1) || line=
    if [ -z "$line" ]; then
        echo "FAILED  $* checked nothing"
        failed=$((failed + 1))
        return
    fi
    read -r p _ f _ s _ <<<"${line//,/}"
    [ "$code" = 0 ] || [ "$f" -gt 0 ] || f=1
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# cuts NAME grpc|http COMMAND…: whether a client comes through 200 cut connections unharmed.
cuts() {
    check python3 "$shared/cuts.py" "$@"
}

# The last line, and the exit code.
finish() {
    if [ "$failed" -gt 0 ] && [ -e "$work/server.log" ]; then
        tail -50 "$work/server.log"
    fi
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
    exit
}
