namespace Harbor.Server.Tasks;

/// <summary>What runs in the sandboxes of imported tasks. They must do with the shell of any image.</summary>
internal static class TaskScripts
{
    /// <summary><c>name='value'</c>, for a shell to read.</summary>
    public static string Settings(IReadOnlyDictionary<string, string?> values) => string.Concat(values.Select(
        pair => $"{pair.Key}='{(pair.Value ?? "").Replace("'", "'\\''", StringComparison.Ordinal)}'\n"));

    /// <summary>The agent's phase: <c>oracle</c>, <c>nop</c>, or a program in <c>agents/</c>.</summary>
    public static string Run(int count) => $$"""
        #!/bin/sh
        # Runs the agent of a rollout on the task of its seed.
        {{Task(count)}}
        fail() { echo "harbor: $1" >&2; exit 70; }
        task=/opt/harbor-tasks/tasks/$index
        . "$task/settings"
        cp "$task/result.json" /tmp/result.json
        if [ -n "$workdir" ]; then cd "$workdir" || fail "workdir $workdir is not there"; fi
        if [ -n "$health" ]; then
          until sh -c "$health"; do
            tries=$((tries - 1))
            [ "$tries" -gt 0 ] || fail 'the healthcheck of the environment does not pass'
            sleep "$pause"
          done
        fi
        case "${HARBOR_AGENT:-}" in
          '') fail 'no agent is named (policy.config.agent)';;
          nop) exit 0;;
          oracle)
            [ -f "/opt/harbor-tasks/solutions/$index/solve.sh" ] || fail 'this image has no solution of this task'
            if [ ! -f /solution/solve.sh ]; then
              mkdir -p /solution && cp -R "/opt/harbor-tasks/solutions/$index/." /solution/ || fail '/solution can not be written'
            fi
            set -a; . /solution/.harbor-variables; set +a
            set -- bash /solution/solve.sh;;
          */*) fail "an agent's name has no slash";;
          *)
            [ -x "/opt/harbor-tasks/agents/$HARBOR_AGENT" ] || fail "this image has no agent $HARBOR_AGENT"
            set -- "/opt/harbor-tasks/agents/$HARBOR_AGENT" "$task/instruction.md";;
        esac
        {{Start}}
        """;

    /// <summary>The verifier's phase: the task's tests at <c>/tests</c>, then <c>test.sh</c>.</summary>
    public static string Verify(int count) => $$"""
        #!/bin/sh
        {{Task(count)}}
        own=/tests/.harbor/$index
        cp -R "$own/tests/." /tests/ || exit 70
        . "$own/settings"
        set -a; . "$own/variables"; set +a
        if [ -n "$workdir" ]; then cd "$workdir" || exit 70; fi
        set -- bash /tests/test.sh
        {{Start}}
        """;

    private static string Task(int count) => $"count={count}\nindex=$(( (${{HARBOR_SEED:-0}} % count + count) % count ))";

    private const string Start = """
        if [ -n "$user" ] && [ "$user" != "$(id -un)" ]; then exec su -m -s /bin/sh -c 'exec "$0" "$@"' "$user" "$@"; fi
        exec "$@"
        """;
}
