using Harbor.Engines;
using Harbor.Processes;

namespace Harbor.Compose;

/// <summary>
/// Puts right what an interrupted recreate leaves: Compose makes the new container as <c>[12 hex digits]_[name]</c> beside the old one, and renames it
/// once the old one is gone. Killed in between, its next <c>up</c> keeps the odd name for good.
/// </summary>
public static class Repair
{
    private const int Prefix = 12;
    private const int Attempts = 5;

    /// <summary>
    /// Repairs, does <paramref name="up"/>, and looks again: what a killed Compose asked of the engine last, for each service, may be done only now, and
    /// take a name that <c>up</c> needs. Then it is repaired and done once more.
    /// </summary>
    /// <param name="report">Called with a sentence for each thing repaired.</param>
    public static async Task UpAsync(IEngine engine, string project, Func<CancellationToken, Task> up, Action<string> report, CancellationToken ct)
    {
        await RepairAsync();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await up(ct);
                break;
            }
            catch (CommandFailedException e) when (attempt < Attempts && e.ErrorTail.Contains("is already in use by container", StringComparison.Ordinal))
            {
                if (!await RepairAsync())
                {
                    throw;
                }
            }
        }

        await RepairAsync();

        async Task<bool> RepairAsync()
        {
            var done = await RunAsync(engine, project, ct);
            foreach (var sentence in done)
            {
                report(sentence);
            }

            return done.Count > 0;
        }
    }

    /// <summary>Returns a sentence for each thing done; nothing for a sound project.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(IEngine engine, string project, CancellationToken ct)
    {
        var done = new List<string>();
        foreach (var leftover in Find(await engine.ContainersAsync(project, ct)))
        {
            var replacement = leftover.Replacement;
            if (!leftover.IsBetter)
            {
                await engine.RemoveAsync(replacement.Id, ct);
                done.Add($"{replacement.Service}: removed {replacement.Name}, left by an interrupted recreate; {leftover.Name} is still there.");
                continue;
            }

            if (leftover.Old is { } old)
            {
                await engine.RemoveAsync(old.Id, ct);
            }

            await RenameAsync(engine, replacement.Id, leftover.Name, ct);
            done.Add($"{replacement.Service}: renamed {replacement.Name}, left by an interrupted recreate, to {leftover.Name}.");
        }

        return done;
    }

    internal static IReadOnlyList<Leftover> Find(IReadOnlyList<EngineContainer> containers)
    {
        var found = new List<Leftover>();
        var byName = containers.ToDictionary(container => container.Name);
        foreach (var replacement in containers)
        {
            if (ProperName(replacement) is { } name)
            {
                var old = byName.GetValueOrDefault(name);
                var isBetter = old is null || (replacement.State == ContainerState.Running && old.State != ContainerState.Running);
                found.Add(new Leftover(name, replacement, old, isBetter));
                if (isBetter)
                {
                    byName[name] = replacement;
                }
            }
        }

        return found;
    }

    /// <summary>The engine may still be doing what the killed Compose asked of it last: renaming, for one.</summary>
    private static async Task RenameAsync(IEngine engine, string id, string name, CancellationToken ct)
    {
        try
        {
            await engine.RenameAsync(id, name, ct);
        }
        catch (DeploymentException)
        {
            if ((await engine.InspectAsync(id, ct))?.Name != name)
            {
                throw;
            }
        }
    }

    /// <param name="Old">What has the proper name now.</param>
    /// <param name="IsBetter">The replacement gets the proper name, and the old one goes; otherwise the replacement goes.</param>
    internal sealed record Leftover(string Name, EngineContainer Replacement, EngineContainer? Old, bool IsBetter);

    /// <summary>Null for any other name: a project's own may begin like this. Compose notes in a label what is replaced, newer ones by name, others by id.</summary>
    private static string? ProperName(EngineContainer container)
    {
        var name = container.Name;
        if (name.Length <= Prefix + 1 || name[Prefix] != '_' || !name[..Prefix].All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        var (old, proper) = (name[..Prefix], name[(Prefix + 1)..]);
        var replaced = container.Label("com.docker.compose.replace") ?? "";
        return proper == $"{container.Label(EngineJson.ProjectLabel)}-{container.Service}-{container.Number}"
            || replaced == proper || replaced.StartsWith(old, StringComparison.Ordinal) ? proper : null;
    }
}
