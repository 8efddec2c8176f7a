# shellcheck shell=sh
# Sourced by the launchers: find_java HOME sets $java to a `java` that is new enough, or says where it looked and ends
# the program.
#
# It runs before every ngrokctl, so it starts no program where it need not: a Java says its version in the file
# `release` beside it, while `java -version` takes a tenth of a second and more.

java_needed=25
java_seen=""

# major_of FOLDER: sets $major to 25 for a Java 25 in FOLDER, to "" where there is none.
major_of() {
    major=""
    [ -x "$1/bin/java" ] || return 0
    if [ -r "$1/release" ]; then
        while IFS= read -r line || [ -n "$line" ]; do
            case $line in
                JAVA_VERSION=*)
                    line=${line#JAVA_VERSION=}
                    line=${line#\"}
                    major=${line%%[!0-9]*}
                    break
                    ;;
            esac
        done < "$1/release"
    fi
    [ -n "$major" ] || ask_version "$1/bin/java"
    # Java 8 and older call themselves 1.8.
    [ "$major" != 1 ] || major=8
}

# ask_version PROGRAM: sets $major from what `java -version` says.
ask_version() {
    major=$("$1" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1) || major=""
}

# consider FOLDER: sets $java when FOLDER holds a Java that is new enough; remembers one that is not.
consider() {
    major_of "$1"
    [ -n "$major" ] || return 1
    if [ "$major" -ge "$java_needed" ]; then
        java=$1/bin/java
        return 0
    fi
    case $java_seen in
        *"  $1 is Java "*) ;;
        *)
            java_seen="$java_seen
  $1 is Java $major"
            ;;
    esac
    return 1
}

# consider_program PROGRAM: the same for a `java` that may stand anywhere, such as the shim of a version manager.
consider_program() {
    case $1 in
        */bin/java)
            consider "${1%/bin/java}"
            return
            ;;
    esac
    ask_version "$1"
    [ -n "$major" ] && [ "$major" -ge "$java_needed" ] && java=$1
}

# best_of FOLDER...: Java 25 itself before newer ones, which nobody has tried ngrokd on yet.
best_of() {
    newer=""
    for folder do
        consider "$folder" || continue
        [ "$major" != "$java_needed" ] || return 0
        newer=${newer:-$java}
    done
    java=$newer
    [ -n "$java" ]
}

find_java() {
    java=""
    consider "$1/runtime" && return 0
    # Asked for by name: anything else would be a surprise.
    if [ -n "${NGROKD_JAVA_HOME:-}" ]; then
        consider "$NGROKD_JAVA_HOME" && return 0
        echo "NGROKD_JAVA_HOME=$NGROKD_JAVA_HOME: no Java $java_needed or newer is there${major:+, it is Java $major}." >&2
        exit 1
    fi
    [ -n "${JAVA_HOME:-}" ] && consider "$JAVA_HOME" && return 0
    best_of /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/openjdk-* /opt/java/* /opt/* \
        "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home && return 0
    if [ -x /usr/libexec/java_home ]; then
        folder=$(/usr/libexec/java_home -v "$java_needed+" 2> /dev/null) && consider "$folder" && return 0
    fi
    if program=$(command -v java); then
        program=$(readlink -f "$program" 2> /dev/null || echo "$program")
        # /usr/bin/java of macOS only tells how to get one: it names no version and is passed over.
        consider_program "$program" && return 0
    fi
    no_java "$1"
}

# start_cache FILE: sets $cache to the options that start with FILE, if it is there and wanted. A file that does not fit
# this Java is passed over without a word; `ngrokd start-cache` makes one that does.
start_cache() {
    cache=""
    if [ "${NGROKD_START_CACHE:-on}" != off ] && [ -r "$1" ]; then
        case $1 in
            *[[:blank:]]*) ;;
            *) cache="-XX:AOTCache=$1 -Xlog:aot=off -Xlog:cds=off" ;;
        esac
    fi
}

no_java() {
    cat >&2 <<END
ngrokd needs Java $java_needed or newer, and found none.
Looked at: $1/runtime, NGROKD_JAVA_HOME (${NGROKD_JAVA_HOME:-not set}), JAVA_HOME (${JAVA_HOME:-not set}),
/usr/lib/jvm, /usr/lib64/jvm, /usr/java, /usr/local/openjdk-*, /opt, ~/.sdkman, ~/.jdks,
/Library/Java/JavaVirtualMachines, Homebrew's openjdk, and java on the PATH.
END
    [ -z "$java_seen" ] || echo "Too old:$java_seen" >&2
    cat >&2 <<END
Get one: https://adoptium.net/temurin/releases/?version=$java_needed, or your system's openjdk-$java_needed package.
Have one elsewhere? Say where: NGROKD_JAVA_HOME=/path/to/java ${0##*/} ...
END
    # sudo starts with a fresh environment: a Java that is found without it may not be found with it.
    [ -z "${SUDO_USER:-}" ] || echo "Under sudo: sudo NGROKD_JAVA_HOME=/path/to/java ${0##*/} ..." >&2
    exit 1
}
