namespace Harbor.EndToEnd;

/// <summary>
/// A <c>docker</c> in front of the real one. It notes when Compose is started, each step of which it tells, and its end; at one of these it
/// kills the host that started it. At a step Compose is killed with it; otherwise it goes on without the host.
/// </summary>
internal sealed class DockerSpy
{
    private readonly TestProject _project;

    public DockerSpy(TestProject project)
    {
        _project = project;
        project.Write("bin/docker", """
            #!/bin/bash
            here=${0%/*}
            export PATH=${PATH#*:}
            reached() {
              echo "$1" >>"$here/points"
              if [ "$1" = "$(cat "$here/victim")" ]; then kill -KILL $PPID "${@:2}"; fi
            }
            for verb; do case $verb in config|build|up|down) break ;; esac; done
            case $verb in config|build|up|down) ;; *) exec docker "$@" ;; esac
            reached "before $verb"
            set -m # A process group of its own.
            docker "$@" <&0 2> >(while IFS= read -r line; do
              printf '%s\n' "$line" >&2
              case $line in ' '*) reached "$verb:$line" -$(cat "$here/child") ;; esac
            done) &
            echo $! >"$here/child"
            wait $!
            code=$?
            reached "after $verb"
            exit $code
            """, (UnixFileMode)0b111_101_101);
        project.Environment["PATH"] = $"{project.PathOf("bin")}:{project.Environment["PATH"]}";
        Watch(null);
    }

    /// <param name="victim">The point at which the next host is killed; null: at none.</param>
    public void Watch(string? victim)
    {
        _project.Write("bin/victim", victim ?? "");
        _project.Write("bin/points", "");
    }

    /// <summary>Those since then.</summary>
    public IReadOnlyList<string> Points() => [.. File.ReadLines(_project.PathOf("bin/points"))];
}
