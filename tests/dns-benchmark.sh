#!/bin/sh
# Our DNS server beside dnsmasq with the same names, under the load of dnsperf's 8 clients, in turns; then with 10 names beside
# 10,000. A table, and target/dns-benchmark/dns-benchmark.json. As root on a Debian-like system it installs what is missing.
#   tests/dns-benchmark.sh [--runs N] [--seconds N]     pairs of runs (7) and seconds of each run (5)
set -eu

here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P)
root=$here/..
. "$root/distribution/src/lib/find-java.sh"
find_java "$root"

runs=7
seconds=5
while [ $# -gt 0 ]; do
    case $1 in
        --runs) runs=${2:?--runs needs a number} ;;
        --seconds) seconds=${2:?--seconds needs a number} ;;
        *) echo "tests/dns-benchmark.sh: unknown option $1; there are --runs N and --seconds N" >&2; exit 2 ;;
    esac
    shift 2
done

missing=""
need() { # need COMMAND PACKAGE
    command -v "$1" > /dev/null 2>&1 || missing="$missing $2"
}
need dnsperf dnsperf
need dnsmasq dnsmasq-base
if [ -n "$missing" ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null 2>&1; then
        echo "tests/dns-benchmark.sh: not installed and not installable here (root on Debian needed):$missing" >&2
        exit 1
    fi
    echo "tests/dns-benchmark.sh: installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q > /dev/null
    # shellcheck disable=SC2086
    apt-get install -q -y --no-install-recommends $missing > /dev/null
fi

if [ ! -r "$here/target/class-path.txt" ] || [ ! -d "$here/target/test-classes/io/ngrokd/benchmark/dns" ]; then
    echo "tests/dns-benchmark.sh: building"
    mvn -q -B -f "$root/pom.xml" package -DskipTests
fi

exec "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -cp "$here/target/test-classes:$here/target/classes:$(cat "$here/target/class-path.txt")" \
    io.ngrokd.benchmark.dns.DnsBenchmark "$here/target/dns-benchmark" "$runs" "$seconds"
