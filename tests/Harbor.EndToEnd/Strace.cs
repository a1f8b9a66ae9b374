using System.Globalization;
using System.Text.RegularExpressions;

namespace Harbor.EndToEnd;

/// <param name="Arguments">As strace writes them.</param>
internal sealed record SystemCall(int Thread, string Name, string Arguments, bool Failed);

/// <summary>Reads what strace writes (<c>-f</c>): calls of several threads, begun and resumed between each other.</summary>
internal sealed partial class Strace
{
    private const string Begun = " <unfinished ...>";
    private readonly Dictionary<string, string> _begun = [];

    public static void SkipUnlessThere() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/strace"), "Looking at system calls takes Linux and strace.");

    /// <summary>Null where no call ends with this line.</summary>
    public SystemCall? Read(string line)
    {
        var (thread, text) = (line.Split(' ')[0], line[line.IndexOf(' ', StringComparison.Ordinal)..].Trim());
        if (text.EndsWith(Begun, StringComparison.Ordinal))
        {
            _begun[thread] = text[..^Begun.Length];
            return null;
        }

        if (Resumed().Match(text) is { Success: true } resumed)
        {
            text = _begun.GetValueOrDefault(thread, "") + resumed.Groups["rest"].Value;
        }

        return Call().Match(text) is { Success: true } call
            ? new(int.Parse(thread, CultureInfo.InvariantCulture), call.Groups["name"].Value, call.Groups["arguments"].Value, call.Groups["result"].Value[0] == '-')
            : null;
    }

    [GeneratedRegex("^<\\.\\.\\. \\w+ resumed>(?<rest>.*)$")]
    private static partial Regex Resumed();

    [GeneratedRegex("^(?<name>\\w+)\\((?<arguments>.*)\\) += (?<result>[-0-9?]+)")]
    private static partial Regex Call();
}
