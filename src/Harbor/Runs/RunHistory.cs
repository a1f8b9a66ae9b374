using System.Text.Json;
using Harbor.Masking;

namespace Harbor.Runs;

/// <summary><c>var/history</c>: one file for each run. The last <see cref="MaxEntries"/> are kept.</summary>
public static class RunHistory
{
    public const int MaxEntries = 500;
    private const string SetOption = "--set";

    /// <summary>
    /// Writes the entry, whole or not at all. It holds no secrets: all text is masked, and so is the value of <c>--set NAME=value</c>.
    /// </summary>
    /// <exception cref="HarborException">Disk full, read-only or not permitted.</exception>
    public static void Append(ProjectPaths paths, RunEntry entry, Redaction redaction)
    {
        var safe = entry with
        {
            Targets = [.. entry.Targets.Select(redaction.Apply)],
            Arguments = [.. WithoutSetValues(entry.Arguments).Select(redaction.Apply)],
            Tasks = [.. entry.Tasks.Select(task => task with
            {
                Name = redaction.Apply(task.Name),
                Error = task.Error is null ? null : redaction.Apply(task.Error),
            })],
        };
        JournalFile.Write(Path.Combine(paths.History, $"{entry.Id}.json"), safe, JournalJson.Default.RunEntry);
        Prune(paths);
    }

    /// <summary>The last entries, newest first. Files that are not entries are skipped.</summary>
    public static IEnumerable<RunEntry> Read(ProjectPaths paths, int last)
    {
        var files = Files(paths);
        Array.Sort(files, StringComparer.Ordinal);
        return files.Reverse().Select(ReadEntry).OfType<RunEntry>().Take(last);
    }

    /// <summary>The entries as one JSON array.</summary>
    public static string ToJson(IEnumerable<RunEntry> entries) =>
        JsonSerializer.Serialize(entries, JournalJson.Default.IEnumerableRunEntry);

    private static RunEntry? ReadEntry(string file)
    {
        try
        {
            var entry = JsonSerializer.Deserialize(File.ReadAllBytes(file), JournalJson.Default.RunEntry);
            return entry is { Id: not null, Targets: not null, Arguments: not null, Tasks: not null } ? entry : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static void Prune(ProjectPaths paths)
    {
        var files = Files(paths);
        if (files.Length > MaxEntries)
        {
            Array.Sort(files, StringComparer.Ordinal);
            foreach (var old in files.AsSpan(0, files.Length - MaxEntries))
            {
                JournalFile.TryDelete(old);
            }
        }
    }

    private static string[] Files(ProjectPaths paths) =>
        Directory.Exists(paths.History) ? Directory.GetFiles(paths.History, $"{RunId.Pattern}.json") : [];

    private static IEnumerable<string> WithoutSetValues(IEnumerable<string> arguments)
    {
        var isAssignment = false;
        foreach (var argument in arguments)
        {
            var assignment = isAssignment ? argument
                : argument.StartsWith(SetOption + "=", StringComparison.OrdinalIgnoreCase) ? argument[(SetOption.Length + 1)..]
                : null;
            yield return assignment is null ? argument : $"{argument[..^assignment.Length]}{assignment.Split('=')[0]}={Redaction.Mask}";
            isAssignment = argument.Equals(SetOption, StringComparison.OrdinalIgnoreCase);
        }
    }
}
