using System.Text;
using System.Text.RegularExpressions;

namespace Harbor.EndToEnd.Snapshots;

/// <summary>What a user writes, types and reads in a project, as one text. What differs between runs and machines is replaced.</summary>
internal sealed partial class Transcript : IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly StringBuilder _text = new();

    public TestProject Project { get; } = new();

    public override string ToString() => _text.ToString();

    public void Title(string title) => _text.Append(_text.Length == 0 ? "" : "\n").Append("=== ").Append(title).Append('\n');

    /// <summary>A file whose content the reader of the snapshot should see.</summary>
    public void Write(string file, string content)
    {
        Project.Write(file, content, file.EndsWith("secrets.env", StringComparison.Ordinal) ? OwnerOnly : null);
        _text.Append("--- ").Append(file).Append('\n').Append(Normal(content.TrimEnd('\n'))).Append("\n---\n");
    }

    /// <summary>Standard output, then what came on standard error, then the exit code.</summary>
    public async Task RunAsync(params string[] args)
    {
        var result = await Project.HarborAsync(args);
        var typed = args.Select(arg => arg.Contains(' ', StringComparison.Ordinal) ? $"'{arg}'" : arg);
        var errors = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line != "Compiling the build host ...");
        _text.Append(Normal($"$ ./build.sh {string.Join(' ', typed)}".TrimEnd())).Append('\n');
        Append(result.Output.TrimEnd('\n'), "");
        Append(string.Join('\n', errors), "stderr: ");
        _text.Append("exit code ").Append(result.ExitCode).Append('\n');
    }

    public ValueTask DisposeAsync() => Project.DisposeAsync();

    private void Append(string output, string prefix)
    {
        foreach (var line in output.Length == 0 ? [] : Normal(output).Split('\n'))
        {
            _text.Append((prefix + line).TrimEnd()).Append('\n');
        }
    }

    private string Normal(string text)
    {
        // The name's replacement has its length, so that columns stay.
        text = text.Replace(Project.Root, "ROOT", StringComparison.Ordinal).Replace(Project.Name, "project-name", StringComparison.Ordinal)
            .Replace(Repository.Root, "HARBOR", StringComparison.Ordinal);
        text = Duration().Replace(text, found => found.Value[1] == ' ' ? "N s".PadLeft(found.Length) : " N s");
        text = CriticalPath().Replace(text, "Critical path: A -> B (N s)");
        text = PathInTable().Replace(text, "$1...");
        text = States().Replace(text, LastStates);
        text = OfCompose().Replace(text, "(what Compose prints)\n");
        return Port().Replace(Hash().Replace(RunId().Replace(text, "RUN-ID"), "HASH"), "$1:PORT");
    }

    /// <summary>Which states are seen on the way, and in which order, depends on the moment.</summary>
    private static string LastStates(Match block) =>
        string.Concat(block.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .GroupBy(line => line.Split(' ')[0])
            .OrderBy(service => service.Key, StringComparer.Ordinal)
            .Select(service => $"{service.Last()} (its last state)\n"));

    [GeneratedRegex(@" +\d+(\.\d+ s|:\d\d min)\b")]
    private static partial Regex Duration();

    [GeneratedRegex(@"Critical path: .*")]
    private static partial Regex CriticalPath();

    /// <summary>The table cuts reasons, and paths are of different lengths.</summary>
    [GeneratedRegex(@"(?m)^(\S+ +Failed +N s .*?)(ROOT|HARBOR).*")]
    private static partial Regex PathInTable();

    [GeneratedRegex(@"(?m)(^[a-z]+ +[a-z]+( \(\d+\))? +N s\n)+")]
    private static partial Regex States();

    [GeneratedRegex(@"(?m)(^ (Container|Network|Volume) .*\n)+")]
    private static partial Regex OfCompose();

    [GeneratedRegex(@"\b\d{8}T\d{9}Z-[0-9a-f]{6}\b")]
    private static partial Regex RunId();

    [GeneratedRegex(@"\b(sha256:)?[0-9a-f]{64}\b|\bsha256:[0-9a-f]{12,}\b")]
    private static partial Regex Hash();

    [GeneratedRegex(@"(localhost|127\.0\.0\.1):\d+")]
    private static partial Regex Port();
}
