#!/bin/sh
# Makes the files of a small Debian with systemd and systemd-resolved, for suites that boot it in user-mode Linux:
#   debian-tree.sh FOLDER
# A minute or two, 250 MB; needs root, debootstrap and the mirror that apt is set up with. The folder is whole or absent.
set -eu
folder=$1
release=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=$(apt-get indextargets --format '$(RELEASE) $(SITE)' 'Created-By: Packages' | sed -n "s/^$release //p" | head -n 1)
[ -n "$mirror" ] || { echo "apt has no mirror of $release"; exit 1; }

mkdir -p "$(dirname "$folder")"
making=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$making"' EXIT
debootstrap --variant=minbase --include=systemd,systemd-sysv,systemd-resolved,libnss-resolve,dbus,iproute2 \
    "$release" "$making" "$mirror" > "$making.log" 2>&1 || { tail -n 20 "$making.log"; rm -f "$making.log"; exit 1; }
rm -f "$making.log"
rm -rf "$making"/var/cache/apt/archives/*.deb "$making"/var/lib/apt/lists/*

# The machine's own files, and the folder of one run. The tree itself stays read-only.
mkdir "$making/host" "$making/turn"
cat > "$making/ngrokd-init" <<'INIT'
#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
work=$(sed 's/.*ngrokd_work=\([^ ]*\).*/\1/' /proc/cmdline)
mount -t hostfs -o / none /host
mount -o remount,ro /host
mount -t hostfs -o "$work" none /turn
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /var
mkdir /var/lib /var/log /var/cache /var/tmp /run/etc
ln -s /run /var/run
mount -t tmpfs -o mode=755 tmpfs /run/etc
cp -a /etc/. /run/etc/
mount --move /run/etc /etc
mount -t tmpfs tmpfs /tmp
. /turn/set-up
exec /lib/systemd/systemd
INIT
chmod 755 "$making/ngrokd-init" "$making"
mv -T "$making" "$folder" 2> /dev/null || [ -d "$folder" ]
