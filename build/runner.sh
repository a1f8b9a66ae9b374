# Read by build.sh, whose functions and variables it uses: runs the command line in the runner's container (docs/runner.md), and does not come back.
#
# The container is given what the program would have here, at the same paths and with the same names: the project, the home folder and the
# current folder, the engine, the network, the processes, the user, the environment. HARBOR_RUNNER_MOUNTS=/a:/b names further folders.

image=harbor-runner:host-$(printf %s "$here" | cksum | cut -d' ' -f1) # One for each checkout.
built=$here/var/artifacts/runner.stamp
log=$here/var/artifacts/runner.log

# fail_build MESSAGE: with the log, which a build that succeeds does not print.
fail_build() { hush; cat "$log" >&2; fail "$1"; }
fail() { echo "$1" >&2; exit "${2:-1}"; }

# The SDK of this machine in an image of its own, so that nothing is downloaded: prints its name. Nothing is printed where there is none that runs in Debian.
sdk_image() {
  [ "$(uname -s)" = Linux ] && has_dotnet && has_sdk && ! "$dotnet" --info | grep -q 'RID: *linux-musl' || return 0
  name=harbor-dotnet:$("$dotnet" --version)
  docker image inspect "$name" >/dev/null 2>&1 ||
    printf 'FROM debian:bookworm\nCOPY . /usr/share/dotnet\n' |
      docker build --tag "$name" -f - "$(dirname "$(readlink -f "$(command -v "$dotnet")")")" >>"$log" 2>&1 || return 1
  echo "$name"
}

build_image() {
  take_lock "$here/var/artifacts/runner.lock"
  if ! is_stale "$built" && docker image inspect "$image" >/dev/null 2>&1; then return 0; fi
  echo "Building the runner's image $image: some minutes at the first time. The log is var/artifacts/runner.log." >&2
  touch "$built.new" # Before the build: what changes during it is seen next time.
  : >"$log"
  tell "building the runner's image" "$log"
  sdk=$(sdk_image) || fail_build "The image with this machine's .NET SDK could not be built (above); nothing was run."
  old=$(docker image inspect --format '{{.Id}}' "$image" 2>/dev/null || true)
  certificates=/etc/ssl/certs/ca-certificates.crt
  [ -f "$certificates" ] && with_certificates="-C ${certificates%/*} ${certificates##*/}" || with_certificates=
  (cd "$here" && tar -chf - $inputs $with_certificates) |
    docker build --tag "$image" ${sdk:+--build-arg "DOTNET=$sdk"} -f Dockerfile.runner - >>"$log" 2>&1 ||
    fail_build "The runner's image could not be built (above); nothing was run. If debian:bookworm can't be pulled: ./build.sh --target=BaseImage on a machine with .NET makes it."
  hush
  [ -z "$old" ] || [ "$old" = "$(docker image inspect --format '{{.Id}}' "$image")" ] || docker image rm "$old" >/dev/null 2>&1 || true
  mv "$built.new" "$built"
}

# bind PATH INSIDE [,OPTION]: a line of CSV, as --mount wants it.
bind() { printf 'type=bind,"source=%s","target=%s"%s' "$(quoted "$1")" "$(quoted "$2")" "${3:-}"; }
quoted() { printf %s "$1" | sed 's/"/""/g'; }

# Values of the environment may be secret, and what docker is given with --env everybody on the engine can read (docker inspect). So they go
# through a file in memory that only this user can read, and that the container removes as soon as it has read it.
hand_over_environment() {
  for memory in "${XDG_RUNTIME_DIR:-/dev/shm}" /dev/shm "${TMPDIR:-/tmp}"; do if [ -w "$memory" ]; then break; fi; done
  for left in "$memory"/harbor-runner.*; do # Of runs that are over: empty, or full where they came to an end before they read it.
    pid=${left##*/harbor-runner.}
    [ ! -O "$left" ] || kill -0 "${pid%%.*}" 2>/dev/null || rm -rf "$left"
  done
  handed=$(mktemp -d "$memory/harbor-runner.$$.XXXXXX")
  (
    unset PATH PWD OLDPWD SHLVL TMPDIR XDG_RUNTIME_DIR HARBOR_RUNNER DOCKER_CONTEXT DOCKER_HOST DOTNET_ROOT SSL_CERT_FILE SSL_CERT_DIR BASH_ENV ENV \
      LD_PRELOAD LD_LIBRARY_PATH 2>/dev/null # What is true of this machine only.
    umask 077
    export -p >"$handed/environment"
  )
}

engine=$(docker context inspect --format '{{.Endpoints.docker.Host}}') || fail "Docker does not say where its engine is."
case $engine in
  unix://*) socket=${engine#unix://} ;;
  *) fail "The engine is $engine. The runner mounts folders of this machine, so it needs an engine on it: use HARBOR_RUNNER=host." 2 ;;
esac
[ "$(uname -s)" = Linux ] || socket=/var/run/docker.sock # In Docker Desktop's own machine.

if is_stale "$built" || ! docker image inspect "$image" >/dev/null 2>&1; then build_image; exec 9>&-; fi

hand_over_environment
inside="umask $(umask)"'
  . /run/harbor/environment 2>/dev/null; rm -f /run/harbor/environment
  export HARBOR_RUNNER_IMAGE="$1" HARBOR_REPOSITORY="$2" DOCKER_HOST="unix://$3" DOTNET_EnableDiagnostics="${DOTNET_EnableDiagnostics:-0}"
  [ -f "$2/build.sh" ] || { echo "The engine does not see $2: is it on this machine, and is this no container itself?" >&2; exit 1; }
  shift 3
  exec /opt/harbor/Harbor.Pipeline "$@"'

project=
previous=
for argument; do
  case $argument in --working=*) project=${argument#*=} ;; esac
  [ "$previous" != --working ] || project=$argument
  previous=$argument
done

# docker's arguments, last ones first.
set -- "$image" -c "$inside" harbor "$image" "$here" "$socket" --working="$here" "$@"
mounted=::/:
new_folder() { # FOLDER: its path in $folder, unless it is not there or mounted already. Twice is an error of docker's.
  folder=$([ -z "$1" ] || cd "$1" 2>/dev/null && pwd || true)
  case $mounted in *:"$folder":*) return 1 ;; esac
  mounted=$mounted$folder:
}
for folder in "$here" "$PWD" "${HOME:-}" "$project" "${XDG_CONFIG_HOME:-}"; do
  if new_folder "$folder"; then set -- --mount "$(bind "$folder" "$folder")" "$@"; fi
done
left=${HARBOR_RUNNER_MOUNTS:-}
while [ "$left" ]; do
  folder=${left%%:*}
  case $left in *:*) left=${left#*:} ;; *) left= ;; esac
  case $folder in '') continue ;; / | [!/]*) fail "HARBOR_RUNNER_MOUNTS names '$folder': absolute paths of folders are expected, with colons between them." 2 ;; esac
  [ -d "$folder" ] || fail "HARBOR_RUNNER_MOUNTS names $folder, which is no folder." 2
  if new_folder "$folder"; then set -- --mount "$(bind "$folder" "$folder")" "$@"; fi
done
key=${SOPS_AGE_KEY_FILE:-}
case $key in '' | /*) ;; *) key=$PWD/$key ;; esac
[ ! -f "$key" ] || set -- --mount "$(bind "$key" "$key" ,readonly)" "$@"
# Who the user is, the time zone, and what capabilities are detected by.
for path in /etc/passwd /etc/group /etc/localtime /etc/cdi /var/run/cdi /dev/kfd /dev/dri \
  $(command -v nvidia-smi) $(command -v nvidia-ctk) $(command -v nvidia-container-toolkit); do
  [ ! -e "$path" ] || set -- --mount "$(bind "$path" "$path" ,readonly)" "$@"
done
for group in $(id -G); do set -- --group-add "$group" "$@"; done
if [ -t 0 ] && [ -t 1 ] && [ -t 2 ]; then set -- --interactive --tty "$@"; elif [ ! -t 0 ]; then set -- --interactive "$@"; fi

exec docker run --rm --pull never --user "$(id -u):$(id -g)" --group-add "$(stat -c %g "$socket" 2>/dev/null || echo 0)" \
  --network host --pid host --uts host --security-opt label=disable --ulimit core=0 --workdir "$PWD" --entrypoint bash \
  --env "HARBOR_RUNNER_MOUNTED=$mounted" --mount "$(bind "$socket" "$socket")" --mount "$(bind "$handed" /run/harbor)" "$@"
