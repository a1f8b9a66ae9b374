using Harbor.Processes;

namespace Harbor.Compose;

public sealed partial class ComposeTool
{
    /// <inheritdoc cref="ComposeProgram.FindAsync" path="/param"/>
    /// <exception cref="HarborException">There is none, or only version 1.</exception>
    public static async Task<ComposeTool> FindAsync(RunScope scope, string? stateDirectory, CancellationToken ct)
    {
        var found = await ComposeProgram.FindAsync(scope, stateDirectory, ct);
        if (found is { IsUsable: true })
        {
            return new ComposeTool(scope, found.Name.Split(' '), found.Version.TrimStart('v'));
        }

        var old = found is null ? "" : $"'{found.Name}' is version {found.Version}, which is too old. ";
        throw new HarborException($"""
            {old}Docker Compose 2 is needed, as `docker compose` or `docker-compose`.
            Install it (Debian, Ubuntu):
              {scope.HarborCommand} --target=Setup
            macOS, Windows: it comes with Docker Desktop.
            """);
    }
}
