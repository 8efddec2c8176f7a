#!/bin/sh
# Installs what the whole-daemon suites need beyond Maven and a JDK. Only as root on a Debian-like system; elsewhere it
# says what is missing, and the suites that need it report why they did not run.
#   iproute2         ip: look at interfaces and addresses
#   util-linux       unshare, nsenter, mount: namespaces of the tests' own
#   curl, openssl    real clients
#   netcat-openbsd   nc -U: the control socket as its users use it
#   bind9-dnsutils   dig: a real client of the DNS server
#   fish, zsh        shells that complete ngrokctl, beside bash
#   user-mode-linux  a kernel with the dummy interface type, run as a program (kmod: to load it there)
#   debootstrap      a whole Debian with systemd-resolved, booted in that kernel
set -eu

missing=""
need() { # need COMMAND PACKAGE
    command -v "$1" > /dev/null 2>&1 || missing="$missing $2"
}
need ip iproute2
need unshare util-linux
need curl curl
need openssl openssl
need nc netcat-openbsd
need dig bind9-dnsutils
need fish fish
need zsh zsh
need linux.uml user-mode-linux
need kmod kmod
need debootstrap debootstrap

if [ -z "$missing" ]; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null 2>&1; then
    echo "tests/set-up.sh: installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q > /dev/null
    # shellcheck disable=SC2086
    apt-get install -q -y --no-install-recommends $missing > /dev/null
else
    echo "tests/set-up.sh: not installed and not installable here (root on Debian needed):$missing"
fi
