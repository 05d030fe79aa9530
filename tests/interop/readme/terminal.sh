# The terminal in which readme.py runs what the READMEs tell people to type. What differs from a terminal of theirs:
# - A server of the clone runs in the background, on free ports, once it is ready; `localhost:5080` in later blocks is its.
# - Programs of the clone (`dotnet run --project …`, `wire`) are the ones that are built already.
# - What follows a stream without end (`wire follow`, `curl -N`) ends after the first that it shows.
# - `curl` fails where the server answers with an error, and commands fail their block, unless it says what they may exit with.
# - A word such as `whk_…` is the last one like it that was shown.

run_built() {
    local bin=$ROOT/$1/bin/$CONFIGURATION/net10.0 config
    shift
    config=$(ls "$bin"/*.runtimeconfig.json)
    command dotnet "${config%.runtimeconfig.json}.dll" "$@"
}

wire() {
    local arguments=() argument
    for argument in "$@"; do
        [[ $argument != *_… ]] || argument=$(grep -oE "\b${argument%…}[A-Za-z0-9_-]+" "$TERMINAL/transcript" | tail -1)
        arguments+=("$argument")
    done
    [[ $1 != follow || " $* " == *' --count '* ]] || arguments+=(--count 1)
    run_built src/Syndication.Cli "${arguments[@]}"
}

dotnet() {
    local project= arguments=("$@")
    if [ "$1" = test ]; then
        echo "(dotnet test: the tests have a run of their own)"
        return
    fi
    if [ "$1" = run ]; then
        shift
        while [ $# -gt 0 ] && [ "$1" != -- ]; do
            [ "$1" != --project ] || project=$2
            shift
        done
        [ $# = 0 ] || shift
    fi
    case $project in
        '') command dotnet "${arguments[@]}" ;;
        src/Syndication.Cli) wire "$@" ;;
        src/Syndication.Server)
            case ${1:-} in
                '' | --*) start_server "$@" ;;
                *) run_built "$project" "$@" ;;
            esac
            ;;
        *) if [ -d "$ROOT/$project" ]; then run_built "$project" "$@"; else command dotnet "${arguments[@]}"; fi ;;
    esac
}

start_server() {
    local log pid urls arguments=() named=(5080 5081) argument
    log=$(mktemp -p "$TERMINAL" server.XXXXXX)
    for argument in "$@"; do
        case $argument in
            --Syndication:Grpc:Url=*) named[0]=${argument##*:} ;;
            --Syndication:Http:Url=*) named[1]=${argument##*:} ;;
            *) arguments+=("$argument") ;;
        esac
    done
    setsid dotnet "$ROOT/src/Syndication.Server/bin/$CONFIGURATION/net10.0/Syndication.Server.dll" "${arguments[@]}" \
        --Syndication:Grpc:Url=http://127.0.0.1:0 --Syndication:Http:Url=http://127.0.0.1:0 >"$log" 2>&1 </dev/null &
    pid=$!
    echo "$pid" >>"$TERMINAL/pids"
    while true; do
        mapfile -t urls < <(sed -n 's/.*Now listening on: http:\/\///p' "$log")
        if [ "${#urls[@]}" = 2 ] && command curl -fs -o /dev/null "http://${urls[1]}/health/ready" &&
            { [[ " $* " != *' --demo '* ]] || grep -q 'Demo partner' "$log"; }; then
            break
        fi
        kill -0 "$pid" || { cat "$log"; return 1; }
        sleep 0.1
    done
    cat "$log"
    printf '%s %s\n' "${named[0]}" "${urls[0]}" "${named[1]}" "${urls[1]}" >>"$TERMINAL/ports"
    [ -n "${SYNDICATION_SERVER:-}" ] || export SYNDICATION_SERVER=http://${urls[0]}
}

curl() {
    local argument line pid
    for argument in "$@"; do
        if [ "$argument" = -N ]; then
            exec 7< <(command curl -sS --fail "$@")
            pid=$!
            IFS= read -r -t 60 line <&7 || return 1
            printf '%s\n' "$line"
            kill "$pid" && wait "$pid" || true
            exec 7<&-
            return
        fi
    done
    command curl -sS --fail-with-body "$@"
    echo
}

set -o pipefail -E
. "$TERMINAL/exports"
cd "$(cat "$TERMINAL/folder")"
trap 'export -p >"$TERMINAL/exports"; pwd >"$TERMINAL/folder"' EXIT
trap 'code=$?; [[ " $allowed " == *" $code "* ]] || { echo "exit code $code: $BASH_COMMAND"; exit "$code"; }' ERR
