using System.Globalization;
using Harbor.Server.Database;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Queue;

/// <summary>What each worker admits in all, as it says twice a minute: what none of them could ever run is refused at once.</summary>
public sealed class WorkerList(ServerIdentity identity, ServerOptions options, Admission admission, TimeProvider time)
{
    private const string Prefix = "worker:";
    private static readonly TimeSpan Alive = TimeSpan.FromMinutes(2);

    public async Task TellAsync(HarborDb db, CancellationToken ct)
    {
        if (!options.DatabaseUrl.IsPostgreSql)
        {
            return; // There is one.
        }

        var (name, now) = (Prefix + identity.Worker, time.GetUtcNow());
        var value = string.Create(
            CultureInfo.InvariantCulture, $"{admission.TotalCores} {admission.TotalMemoryMb} {now.ToUnixTimeSeconds()}");
        if (await db.Settings.Where(row => row.Name == name).ExecuteUpdateAsync(set => set.SetProperty(row => row.Value, value), ct) == 0)
        {
            db.Settings.Add(new Setting { Name = name, Value = value });
            await db.SaveChangesAsync(ct);
        }
    }

    /// <returns>A sentence where not even an idle worker would do; null: one could, or none has said anything.</returns>
    public async Task<string?> WhyNeverAsync(HarborDb db, int cores, int memoryMb, CancellationToken ct)
    {
        var own = admission.WhyNever(cores, memoryMb);
        if (!options.DatabaseUrl.IsPostgreSql || (own is null && options.Worker))
        {
            return own;
        }

        var all = await LivingAsync(db, ct);
        return all.Any(worker => cores <= worker[0] && memoryMb <= worker[1]) ? null
            : all.Count > (options.Worker ? 1 : 0)
                ? $"cpu_cores {cores} and memory_mb {memoryMb} are more than any of {all.Count} workers admits "
                + $"({string.Join("; ", all.Select(worker => $"{worker[0]} cores, {worker[1]} MiB"))})"
            : options.Worker ? own : null;
    }

    /// <summary>Whether another worker said something within the last two minutes.</summary>
    public async Task<bool> AreOthersAsync(HarborDb db, CancellationToken ct) =>
        options.DatabaseUrl.IsPostgreSql && (await LivingAsync(db, ct)).Count > 1;

    private async Task<List<long[]>> LivingAsync(HarborDb db, CancellationToken ct)
    {
        var least = (time.GetUtcNow() - Alive).ToUnixTimeSeconds();
        var said = await db.Settings.AsNoTracking().Where(row => row.Name.StartsWith(Prefix)).Select(row => row.Value).ToListAsync(ct);
        return [.. said.Select(value => value.Split(' ').Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToArray())
            .Where(worker => worker[2] >= least)];
    }
}
