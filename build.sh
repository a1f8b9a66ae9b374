#!/bin/sh
# Runs the pipeline: ./build.sh --target=Deploy. ./build.sh --help lists the targets.
#
# The host is compiled only when one of its inputs changed since the last successful compile; otherwise it starts straight away.
# A compile that fails stops here: an older host is never run in its place.
#
# There are two kinds of host: native (one file that starts in 10 ms, where there is a C linker) and on .NET. The first run after a change compiles
# and uses the one on .NET, since that is ready sooner, and the native one is compiled beside it, for the runs after. HARBOR_NATIVE=on waits for it
# instead, HARBOR_NATIVE=off does without it.
#
# HARBOR_RUNNER=container, or Docker here and no .NET: all of it runs in a container instead (docs/runner.md). HARBOR_RUNNER=host never does that.
set -eu

case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
case $here in /*) ;; *) here=$PWD/$here ;; esac
here=${here%/.}
host=$here/var/artifacts/host
native=$here/var/artifacts/native
dotnet=dotnet
command -v dotnet >/dev/null || dotnet=${HOME:-/root}/.dotnet/dotnet

# What the host is made of: split and expanded by the shell, in the project's folder.
inputs='build src etc/BannedSymbols.txt etc/harbor.schema.json Dockerfile.runner .editorconfig global.json Directory.*.props'

# is_stale STAMP [INPUT...]. -cnewer looks at the inode's change time, which no tool can set back: a restored old file or a deleted one (its
# folder changed) counts too.
is_stale() {
  stamp=$1
  shift
  [ ! -f "$stamp" ] || [ -n "$(cd "$here" && exec find $inputs "$@" -cnewer "$stamp" -print -quit)" ]
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

# tell WHAT [LOG]: until hush, every 10 s what goes on, since when, and the last line of its log. It also ends with this script.
tell() {
  (
    trap 'kill "$sleeping" 2>/dev/null; exit 0' TERM
    seconds=0
    while kill -0 $$ 2>/dev/null; do
      sleep 10 >/dev/null 2>&1 &
      sleeping=$!
      wait "$sleeping"
      seconds=$((seconds + 10))
      last=$([ -z "${2:-}" ] || tail -n 1 "$2" 2>/dev/null | cut -c 1-100 || true)
      echo "$1, $seconds s${last:+; $last}" >&2
    done
  ) 9>&- </dev/null &
  telling=$!
}
hush() { kill "$telling" 2>/dev/null || true; }

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

# publish FOLDER ARGUMENT...: compiles the host into FOLDER, which has the old one until then. The log is FOLDER.log.
publish() {
  to=$1
  shift
  rm -rf "$to.new" "$to.old"
  mkdir -p "$to.new"
  touch "$to.new/stamp" # Before the compile: what changes during it is seen next time.
  # The SDK's first run would greet, and make a certificate that nobody here wants. Compiler servers stay; the lock must not stay with them.
  (cd "$here" && DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false "$dotnet" publish build/Build.csproj -c Release --use-current-runtime \
    -p:RunAnalyzers=false -o "$to.new" -v quiet -nologo --tl:off "$@" >"$to.log" 2>&1 9>&-) || return 1
  [ ! -d "$to" ] || mv "$to" "$to.old"
  mv "$to.new" "$to"
  rm -rf "$to.old"
}

compile() {
  has_sdk || install_sdk
  take_lock "$host.lock"
  is_stale "$host/stamp" || return 0
  end_native
  echo "Compiling the build host ..." >&2
  tell "compiling the build host"
  if publish "$host" --no-self-contained; then hush; return 0; fi
  hush
  cat "$host.log" >&2
  echo "The build host does not compile (above); nothing was run." >&2
  exit 1
}

# The compiler that links an empty program, into $linker; nothing where none does.
find_linker() {
  mkdir -p "$here/var/artifacts"
  for linker in clang gcc; do
    if command -v "$linker" >/dev/null && echo 'int main(void) { return 0; }' | "$linker" -x c -o "$native.link" - 2>/dev/null; then
      rm -f "$native.link"
      return 0
    fi
  done
  linker=
  return 1
}

# In folders of its own, so that a compile of the other kind can run meanwhile; without servers, so that ending its processes ends nothing else.
compile_native() {
  has_sdk || return 1
  mkdir -p "$here/var/artifacts"
  # A compile that was killed may have left half a file, which the next one would take for up to date.
  [ ! -f "$native.tried" ] || rm -rf "$here/var/artifacts/aot"
  touch "$native.tried"
  if find_linker && publish "$native" -p:PublishAot=true -p:CppCompilerAndLinker="$linker" -p:ArtifactsPath="$here/var/artifacts/aot" \
    -p:UseSharedCompilation=false -nodeReuse:false; then rm -f "$native.failed" "$native.tried"; return 0; fi
  mv "$native.tried" "$native.failed" # Not tried again before an input changes.
  return 1
}

# Beside this run and after it, in a session of its own: neither Ctrl-C nor the end of the run ends it.
start_native() {
  command -v setsid >/dev/null && command -v flock >/dev/null && is_stale "$native.failed" || return 0
  (HARBOR_NATIVE=background setsid nice "$here/build.sh" </dev/null >/dev/null 2>&1 9>&- &)
}

# What is being compiled natively from older sources is of no use.
end_native() {
  [ -f "$native.pid" ] && command -v flock >/dev/null || return 0
  if ! flock -n "$native.lock" true; then kill -s TERM -- "-$(cat "$native.pid")" 2>/dev/null || true; fi
}

# On Debian and Ubuntu, with --setup.
install_linker() {
  case " $* " in *' --setup '*) ;; *) return 0 ;; esac
  if find_linker || ! command -v apt-get >/dev/null; then return 0; fi
  as_root=
  if [ "$(id -u)" != 0 ]; then sudo -n true 2>/dev/null || return 0; as_root=sudo; fi
  echo "No C linker found: installing gcc, with which the host is compiled natively." >&2
  tell "installing gcc"
  { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq --yes --no-install-recommends gcc libc6-dev; } >"$native.log" 2>&1 ||
    { cat "$native.log" >&2; echo "gcc could not be installed (above): the host runs on .NET." >&2; }
  hush
}

if [ "${HARBOR_NATIVE:-}" = background ]; then
  mkdir -p "$here/var/artifacts"
  exec 9>"$native.lock"
  flock -n 9 || exit 0 # It is being compiled already.
  echo $$ >"$native.pid"
  if is_stale "$native/stamp"; then compile_native || true; fi
  rm -f "$native.pid"
  exit 0
fi
case ${HARBOR_NATIVE:-} in
  '' | on | off) ;;
  *) echo "HARBOR_NATIVE is '$HARBOR_NATIVE': expected on or off." >&2; exit 2 ;;
esac

kind=host
[ "${HARBOR_NATIVE:-}" = off ] || is_stale "$native/stamp" || kind=native
if [ "$kind" = host ] && is_stale "$host/stamp"; then stale=yes; else stale=; fi

case ${HARBOR_RUNNER:-} in
  container) . "$here/build/runner.sh" ;;
  host) ;;
  '') if [ "$kind" = host ] && { ! has_dotnet || { [ "$stale" ] && ! has_sdk; }; } && has_engine; then echo "No .NET SDK 10 here, but Docker: running in a container (docs/runner.md; HARBOR_RUNNER=host installs .NET instead)." >&2; . "$here/build/runner.sh"; fi ;;
  *) echo "HARBOR_RUNNER is '$HARBOR_RUNNER': expected container or host." >&2; exit 2 ;;
esac

if [ "$kind" = host ] && [ "${HARBOR_NATIVE:-}" != off ]; then
  install_linker "$@"
  if [ "${HARBOR_NATIVE:-}" = on ]; then
    has_sdk || install_sdk
    take_lock "$native.lock"
    if is_stale "$native/stamp" && is_stale "$native.failed"; then
      echo "Compiling the build host natively ..." >&2
      tell "compiling the build host natively"
      compile_native || cat "$native.log" >&2 || true
      hush
    fi
    exec 9>&-
    if is_stale "$native/stamp"; then echo "There is no native host ($native.log): it runs on .NET." >&2; else kind=native; fi
  fi
fi
if [ "$kind" = host ] && [ "$stale" ]; then
  compile
  exec 9>&-
  if [ "${HARBOR_NATIVE:-}" != off ] && ! command -v clang >/dev/null && ! command -v gcc >/dev/null; then
    echo "No C linker (clang or gcc) here: the host runs on .NET instead of natively. On Debian and Ubuntu, --setup installs one." >&2
  fi
fi
if [ "$kind" = host ] && [ -z "${HARBOR_NATIVE:-}" ] && { command -v clang >/dev/null || command -v gcc >/dev/null; }; then start_native; fi

# No diagnostics socket: any program of the same user could take a dump, secrets included, through it.
DOTNET_EnableDiagnostics=${DOTNET_EnableDiagnostics:-0}
export DOTNET_EnableDiagnostics
[ "$kind" = host ] || exec "$native/Harbor.Pipeline" --working="$here" "$@"
exec "$dotnet" "$host/Harbor.Pipeline.dll" --working="$here" "$@"
