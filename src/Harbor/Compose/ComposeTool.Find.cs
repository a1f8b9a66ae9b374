using Harbor.Composition;
using Harbor.Processes;

namespace Harbor.Compose;

public sealed partial class ComposeTool
{
    /// <summary>The plugin of the docker command, else the standalone program.</summary>
    /// <param name="stateDirectory">Where <see cref="ComposeVersion"/> remembers the plugin: a process less. Null: nowhere.</param>
    /// <exception cref="DeploymentException">There is none, or only version 1.</exception>
    public static async Task<ComposeTool> FindAsync(string? stateDirectory, CancellationToken ct) =>
        stateDirectory is not null && Usable(await ComposeVersion.ReadAsync(stateDirectory, ct)) is { } version
            ? new ComposeTool(["docker", "compose"], version)
            : await FindAsync([["docker", "compose"], ["docker-compose"]], ct);

    internal static async Task<ComposeTool> FindAsync(IReadOnlyList<IReadOnlyList<string>> programs, CancellationToken ct)
    {
        var old = "";
        foreach (var program in programs)
        {
            if (await VersionAsync(program, ct) is not { } version)
            {
                continue;
            }

            if (Usable(version) is not null)
            {
                return new ComposeTool(program, version);
            }

            old = $"'{string.Join(' ', program)}' is version {version}, which is too old. ";
        }

        throw new DeploymentException($"""
            {old}Docker Compose 2 is needed, as `docker compose` or `docker-compose`.
            Install it (Debian, Ubuntu):
              ./build.sh --target=Setup
            macOS, Windows: it comes with Docker Desktop.
            """);
    }

    /// <summary>Null for none, and for one that is too old.</summary>
    private static string? Usable(string version) =>
        version.TrimStart('v') is [>= '0' and <= '9', ..] text
        && !text.StartsWith("0.", StringComparison.Ordinal) && !text.StartsWith("1.", StringComparison.Ordinal) ? text : null;

    /// <summary>Null where it isn't there or doesn't know the question.</summary>
    private static async Task<string?> VersionAsync(IReadOnlyList<string> program, CancellationToken ct)
    {
        try
        {
            var result = await (new Command(program[0], [.. program.Skip(1), "version", "--short"])
            {
                Timeout = TimeSpan.FromSeconds(30),
            }).TryRunAsync(ct);
            var version = result.Output.Trim().TrimStart('v');
            return result.ExitCode == 0 && version.Length > 0 && char.IsAsciiDigit(version[0]) ? version : null;
        }
        catch (CommandFailedException)
        {
            return null;
        }
    }
}
