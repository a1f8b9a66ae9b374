using System.Text.Json;
using Harbor.Processes;

namespace Harbor.Journal;

/// <summary>Who changes the stack: <c>var/state/run.json</c>, there while a run holds the lock, and left there by a run that was killed.</summary>
/// <param name="Started">Of the process, in clock ticks since boot: a pid alone may be used again. 0 where the system does not say.</param>
public sealed record RunRecord(string Id, int Pid, long Started, string Host, string User, string Target, DateTimeOffset Since)
{
    /// <summary>False only where this machine knows that the process is gone.</summary>
    public bool MayBeAlive =>
        Host != Environment.MachineName || !OperatingSystem.IsLinux() || ProcessTree.Stat(Pid) is { } stat && stat.Process.Started == Started;

    internal static RunRecord OfThisProcess(string id, string target, TimeProvider time) => new(
        id,
        Environment.ProcessId,
        OperatingSystem.IsLinux() ? ProcessTree.Stat(Environment.ProcessId)?.Process.Started ?? 0 : 0,
        Environment.MachineName,
        Environment.UserName,
        target,
        time.GetUtcNow());

    internal static string PathIn(ProjectPaths paths) => Path.Combine(paths.State, "run.json");

    /// <summary>The record of the run that holds the lock or was killed holding it; null where there is none or it cannot be read.</summary>
    public static RunRecord? Read(ProjectPaths paths)
    {
        var path = PathIn(paths);
        if (!File.Exists(path))
        {
            return null; // The usual case; the first exception of a process costs milliseconds.
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), JournalJson.Default.RunRecord);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    internal void Write(ProjectPaths paths) =>
        JournalFile.Write(PathIn(paths), json =>
        {
            json.WriteString("id", Id);
            json.WriteNumber("pid", Pid);
            json.WriteNumber("started", Started);
            json.WriteString("host", Host);
            json.WriteString("user", User);
            json.WriteString("target", Target);
            json.WriteString("since", Since);
        });
}
