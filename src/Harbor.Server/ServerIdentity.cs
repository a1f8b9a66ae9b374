using System.Security.Cryptography;
using Harbor.Server.Database;

namespace Harbor.Server;

/// <summary>
/// Who this process is. The installation's id is in the database and on every container; the worker's is in the data folder and stays, so
/// that a restarted server takes its own leases back at once.
/// </summary>
public sealed class ServerIdentity
{
    private readonly FileStream _lock;

    private ServerIdentity(Guid installation, string worker, FileStream held)
    {
        Installation = installation;
        Worker = worker;
        Process = $"{worker}/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        _lock = held;
    }

    public Guid Installation { get; }
    public string Worker { get; }

    /// <summary>This start of the worker.</summary>
    public string Process { get; }

    /// <summary>Only one process at a time has a worker's id, so that its earlier processes have ended.</summary>
    public bool HasEnded(string process) => process != Process && process.StartsWith(Worker + "/", StringComparison.Ordinal);

    /// <summary>Of a container that shows what the engine can: it goes when this process has gone.</summary>
    public IReadOnlyDictionary<string, string> ProbeLabels(string probe) => new Dictionary<string, string>
    {
        ["harbor.server"] = $"{Installation}",
        ["harbor.probe"] = probe,
        ["harbor.process"] = Process,
    };

    /// <exception cref="UsageException">Another server works in this folder.</exception>
    public static FileStream Lock(DataFolder data)
    {
        try
        {
            return new FileStream(data.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new UsageException($"Another Harbor server works in {data.Path}. Stop it, or give another --data folder.");
        }
    }

    public static async Task<ServerIdentity> ReadAsync(DataFolder data, FileStream held, Databases databases, CancellationToken ct)
    {
        var installation = await Migration.RunAsync(databases, ct);
        if (!File.Exists(data.WorkerFile))
        {
            await File.WriteAllTextAsync(data.WorkerFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), ct);
        }

        return new ServerIdentity(installation, (await File.ReadAllTextAsync(data.WorkerFile, ct)).Trim(), held);
    }

    /// <summary>The lock lives as long as the process.</summary>
    public bool HoldsLock => _lock.CanWrite;
}
