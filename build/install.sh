#!/bin/sh
# Installs the command harbor for you alone: sh install.sh. It needs no root, and no .NET.
#
#   sh install.sh [--from FOLDER-OR-URL] [--to FOLDER]   installs, or upgrades what is there
#   sh install.sh --uninstall [--to FOLDER]              removes it
#
# The archive harbor-VERSION-KIND.tar.gz lies beside this script, in FOLDER, or below URL; its .sha256 has to be there too.
# By default FOLDER is ~/.local/bin. Nothing else is written, and the old command stays until the new one has run once.
set -eu

from=$(cd "$(dirname "$0")" && pwd)
to=${HOME:?}/.local/bin
version=@VERSION@
uninstall=
while [ $# -gt 0 ]; do
  case $1 in
    --from) from=${2:?--from needs a folder or a URL}; shift ;;
    --to) to=${2:?--to needs a folder}; shift ;;
    --uninstall) uninstall=yes ;;
    *) echo "install.sh: '$1' is not known; --from, --to and --uninstall are." >&2; exit 2 ;;
  esac
  shift
done

if [ "$uninstall" ]; then
  if [ -f "$to/harbor" ]; then rm "$to/harbor"; echo "$to/harbor is removed. Projects keep their var/ folders."; else echo "There is no $to/harbor."; fi
  exit 0
fi

case $(uname -s)-$(uname -m) in
  Linux-x86_64) kind=linux-x64 ;;
  Linux-aarch64) kind=linux-arm64 ;;
  Darwin-arm64) kind=osx-arm64 ;;
  *) echo "There is no harbor for $(uname -s) on $(uname -m)." >&2; exit 1 ;;
esac
archive=harbor-$version-$kind.tar.gz

mkdir -p "$to"
work=$(mktemp -d "$to/.harbor-XXXXXX") # In the same folder: a rename there is atomic.
trap 'rm -rf "$work"' EXIT
for file in "$archive" "$archive.sha256"; do
  case $from in
    http://* | https://*) curl -fsSL "$from/$file" -o "$work/$file" ;;
    *) [ -f "$from/$file" ] || { echo "There is no $from/$file." >&2; exit 1; }; cp "$from/$file" "$work/$file" ;;
  esac
done
(cd "$work" && if command -v sha256sum >/dev/null; then sha256sum -c "$archive.sha256"; else shasum -a 256 -c "$archive.sha256"; fi) >/dev/null ||
  { echo "$archive is not what its checksum says: nothing was installed." >&2; exit 1; }
tar -xzf "$work/$archive" -C "$work"
"$work/harbor" --version >"$work/said" 2>&1 ||
  { cat "$work/said" >&2; echo "harbor $version does not run here (above): nothing was installed. On Linux it needs glibc @GLIBC@." >&2; exit 1; }
mv -f "$work/harbor" "$to/harbor"
echo "harbor $version is installed: $to/harbor"
case :$PATH: in
  *":$to:"*) ;;
  *) echo "It is not on your PATH yet. Add this line to your shell's profile: export PATH=\"$to:\$PATH\"" ;;
esac
