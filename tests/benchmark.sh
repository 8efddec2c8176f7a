#!/bin/sh
# The daemon beside HAProxy, against the same local cloud and under the same load: a table and target/benchmark/benchmark.json.
# `tests/benchmark.sh --help` lists the options. As root on a Debian-like system it installs what is missing.
set -eu

here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P)
root=$here/..
zip=$(ls "$root"/distribution/target/ngrokd-*.zip 2> /dev/null | head -n 1)
. "$root/distribution/src/lib/find-java.sh"
find_java "$root"

missing=""
need() { # need COMMAND PACKAGE
    command -v "$1" > /dev/null 2>&1 || missing="$missing $2"
}
need ip iproute2
need unshare util-linux
need sysctl procps
need haproxy haproxy
if [ -n "$missing" ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null 2>&1; then
        echo "tests/benchmark.sh: not installed and not installable here (root on Debian needed):$missing" >&2
        exit 1
    fi
    echo "tests/benchmark.sh: installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q > /dev/null
    # HAProxy's own service must not start: the benchmark starts what it measures.
    # shellcheck disable=SC2086
    RUNLEVEL=1 apt-get install -q -y --no-install-recommends $missing > /dev/null
fi

if [ -z "$zip" ] || [ ! -r "$here/target/class-path.txt" ]; then
    echo "tests/benchmark.sh: building"
    mvn -q -B -f "$root/pom.xml" package -DskipTests
    zip=$(ls "$root"/distribution/target/ngrokd-*.zip | head -n 1)
fi

exec "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED \
    "-Dbenchmark.zip=$zip" "-Dbenchmark.output=$here/target/benchmark" \
    -cp "$here/target/test-classes:$here/target/classes:$(cat "$here/target/class-path.txt")" \
    io.ngrokd.benchmark.Benchmark "$@"
