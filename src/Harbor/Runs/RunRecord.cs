using System.Text.Json;
using System.Text.Json.Serialization;
using Harbor.Processes;

namespace Harbor.Runs;

/// <summary>
/// <c>var/state/run.json</c>: the run that holds the lock. A run that was killed leaves it behind.
/// </summary>
/// <param name="Started">When the process started, in clock ticks since boot: its pid may be used again. 0 where the system does not
/// say.</param>
public sealed record RunRecord(string Id, int Pid, long Started, string Host, string User, string Target, DateTimeOffset Since)
{
    /// <summary>False only if the process ran on this machine and is gone.</summary>
    [JsonIgnore]
    public bool MayBeAlive =>
        Host != Environment.MachineName || !OperatingSystem.IsLinux() || ProcessTree.Stat(Pid) is { } stat
            && stat.Process.Started == Started;

    internal static RunRecord ForThisProcess(string id, string target, TimeProvider time) => new(
        id,
        Environment.ProcessId,
        OperatingSystem.IsLinux() ? ProcessTree.Stat(Environment.ProcessId)?.Process.Started ?? 0 : 0,
        Environment.MachineName,
        Environment.UserName,
        target,
        time.GetUtcNow());

    internal static string PathIn(ProjectPaths paths) => Path.Combine(paths.State, "run.json");

    /// <summary>
    /// The record of the run that holds the lock or was killed holding it; null where there is none or it cannot be read.
    /// </summary>
    public static RunRecord? Read(ProjectPaths paths)
    {
        var path = PathIn(paths);
        try
        {
            return !File.Exists(path) ? null : JsonSerializer.Deserialize(File.ReadAllBytes(path), JournalJson.Default.RunRecord);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    internal void Write(ProjectPaths paths) => JournalFile.Write(PathIn(paths), this, JournalJson.Default.RunRecord);
}
