using Harbor.Engines;
using Harbor.Planning;
using Harbor.Processes;

namespace Harbor.Stacks;

/// <summary>
/// Repairs what a killed Compose leaves behind: interrupted recreates and containers that never started
/// (<see cref="InterruptedRecreate"/>).
/// </summary>
public static class Repair
{
    private const int Attempts = 5;

    /// <summary>
    /// Repairs, runs <paramref name="up"/>, and repairs again. The engine may still be carrying out a request of the killed Compose, and
    /// take a name that <paramref name="up"/> needs. Then the repair and <paramref name="up"/> are repeated.
    /// </summary>
    /// <param name="stamps">See <see cref="RunAsync"/>.</param>
    /// <param name="report">Called with a sentence for each repair.</param>
    public static async Task UpAsync(
        IEngine engine, string project, IReadOnlyDictionary<string, string> stamps,
        Func<CancellationToken, Task> up, Action<string> report, CancellationToken ct)
    {
        await RepairAsync();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await up(ct);
                break;
            }
            catch (CommandFailedException e) when (attempt < Attempts
                && e.ErrorTail.Contains("is already in use by container", StringComparison.Ordinal))
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
            var done = await RunAsync(engine, project, stamps, ct);
            foreach (var sentence in done)
            {
                report(sentence);
            }

            return done.Count > 0;
        }
    }

    /// <summary>Returns a sentence for each repair; empty if nothing was wrong.</summary>
    /// <param name="stamps">By service, the digest label for which Compose keeps a container. A container that has it but never started is
    /// removed.</param>
    public static async Task<IReadOnlyList<string>> RunAsync(
        IEngine engine, string project, IReadOnlyDictionary<string, string> stamps, CancellationToken ct)
    {
        var done = new List<string>();
        var containers = await engine.ContainersAsync(project, ct);
        foreach (var untrusted in containers.Where(container => InterruptedRecreate.IsUntrusted(container, stamps)))
        {
            await engine.RemoveAsync(untrusted.Id, ct);
            done.Add($"{untrusted.Service}: removed {untrusted.Name}, which was created but never started.");
        }

        foreach (var leftover in InterruptedRecreate.Find(containers))
        {
            var replacement = leftover.Replacement;
            if (!leftover.IsBetter)
            {
                await engine.RemoveAsync(replacement.Id, ct);
                done.Add($"{replacement.Service}: removed {replacement.Name}, left by an interrupted recreate; {leftover.Name} is " +
                    $"still there.");
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

    /// <summary>The engine may be carrying out the same rename for the killed Compose; then the error is ignored.</summary>
    private static async Task RenameAsync(IEngine engine, string id, string name, CancellationToken ct)
    {
        try
        {
            await engine.RenameAsync(id, name, ct);
        }
        catch (HarborException)
        {
            if ((await engine.InspectAsync(id, ct))?.Name != name)
            {
                throw;
            }
        }
    }
}
