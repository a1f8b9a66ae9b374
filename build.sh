#!/bin/sh
# Runs the pipeline: ./build.sh --target=Deploy. ./build.sh --help lists the targets.
#
# The host is compiled only when one of its inputs changed since the last successful compile; otherwise it starts straight away.
# A compile that fails stops here: an older host is never run in its place.
#
# HARBOR_RUNNER=container, or Docker here and no .NET: all of it runs in a container instead (docs/runner.md). HARBOR_RUNNER=host never does that.
set -eu

case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
case $here in /*) ;; *) here=$PWD/$here ;; esac
here=${here%/.}
host=$here/var/artifacts/host
dotnet=dotnet
command -v dotnet >/dev/null || dotnet=${HOME:-/root}/.dotnet/dotnet

# What the host is made of: split and expanded by the shell, in the project's folder.
inputs='build src etc/BannedSymbols.txt .editorconfig global.json Directory.*.props'

# is_stale STAMP [INPUT...]. -cnewer looks at the inode's change time, which no tool can set back: a restored old file or a deleted one (its
# folder changed) counts too.
is_stale() {
  stamp=$1
  shift
  [ ! -f "$stamp" ] || [ -n "$(cd "$here" && find $inputs "$@" -cnewer "$stamp" -print -quit)" ]
}

has_dotnet() { command -v "$dotnet" >/dev/null; }
has_sdk() { [ -n "$("$dotnet" --list-sdks 2>/dev/null | grep '^1[0-9]\.' || true)" ]; }
has_engine() { command -v docker >/dev/null && docker version >/dev/null 2>&1; }

# take_lock FILE, on descriptor 9: somebody else may be making the same, and then theirs is used.
take_lock() {
  mkdir -p "$here/var/artifacts"
  exec 9>"$1"
  if command -v flock >/dev/null; then flock 9; fi
}

install_sdk() {
  echo "No .NET SDK 10 found: installing it into ~/.dotnet with Microsoft's dotnet-install script." >&2
  script=$(mktemp)
  if ! { command -v curl >/dev/null && curl -fsSL https://dot.net/v1/dotnet-install.sh -o "$script"; } &&
     ! { command -v wget >/dev/null && wget -qO "$script" https://dot.net/v1/dotnet-install.sh; }; then
    rm -f "$script"
    echo "The install script could not be fetched. Install the .NET SDK 10 yourself (https://dotnet.microsoft.com/download), then run this again." >&2
    exit 1
  fi
  sh -c 'command -v bash >/dev/null' || { echo "The install script needs bash: install it, then run this again." >&2; exit 1; }
  bash "$script" --channel 10.0 --install-dir "$HOME/.dotnet" >&2 || { rm -f "$script"; echo "Installing the .NET SDK failed; see above." >&2; exit 1; }
  rm -f "$script"
  dotnet=$HOME/.dotnet/dotnet
}

compile() {
  has_sdk || install_sdk
  take_lock "$host.lock"
  is_stale "$host/stamp" || return 0
  echo "Compiling the build host ..." >&2
  rm -rf "$host.new" "$host.old"
  mkdir -p "$host.new"
  touch "$host.new/stamp" # Before the compile: what changes during it is seen next time.
  # The SDK's first run would greet, and make a certificate that nobody here wants.
  if ! (cd "$here" && DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false "$dotnet" publish build/Build.csproj -c Release --use-current-runtime --no-self-contained \
      -p:RunAnalyzers=false -o "$host.new" -v quiet -nologo --tl:off >"$host.log" 2>&1 9>&-); then # Compiler servers stay; the lock must not stay with them.
    cat "$host.log" >&2
    echo "The build host does not compile (above); nothing was run." >&2
    exit 1
  fi
  [ ! -d "$host" ] || mv "$host" "$host.old"
  mv "$host.new" "$host"
  rm -rf "$host.old"
}

if is_stale "$host/stamp"; then stale=yes; else stale=; fi

case ${HARBOR_RUNNER:-} in
  container) . "$here/build/runner.sh" ;;
  host) ;;
  '') if { ! has_dotnet || { [ "$stale" ] && ! has_sdk; }; } && has_engine; then echo "No .NET SDK 10 here, but Docker: running in a container (docs/runner.md; HARBOR_RUNNER=host installs .NET instead)." >&2; . "$here/build/runner.sh"; fi ;;
  *) echo "HARBOR_RUNNER is '$HARBOR_RUNNER': expected container or host." >&2; exit 2 ;;
esac

if [ "$stale" ]; then compile; exec 9>&-; fi

# No diagnostics socket: any program of the same user could take a dump, secrets included, through it.
DOTNET_EnableDiagnostics=${DOTNET_EnableDiagnostics:-0}
export DOTNET_EnableDiagnostics
exec "$dotnet" "$host/Harbor.Build.dll" --working="$here" "$@"
