using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Harbor.EndToEnd;

/// <param name="Arguments">As strace writes them.</param>
internal sealed record SystemCall(int Thread, string Name, string Arguments, bool Failed);

/// <summary>Reads what strace writes (<c>-f -y</c>): calls of several threads, begun and resumed between each other.</summary>
internal sealed partial class Strace
{
    private const string Begun = " <unfinished ...>";
    private readonly Dictionary<string, string> _begun = [];
    private readonly Dictionary<string, string> _opened = [];

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

        if (Call().Match(text) is not { Success: true, Groups: var call })
        {
            return null;
        }

        if (call["name"].Value == "openat")
        {
            _opened[$"/proc/self/fd/{call["result"].Value}"] = Text(call["path"].Value);
        }

        return new(int.Parse(thread, CultureInfo.InvariantCulture), call["name"].Value, call["arguments"]
            .Value, call["result"].Value[0] == '-');
    }

    /// <summary>
    /// Of a path that was written in plain text or (<c>-xx</c>) in hexadecimal, and may go through a folder that was held open
    /// (<c>openat</c> was followed).
    /// </summary>
    public string Path(string written)
    {
        var path = Text(written);
        return Held().Match(path) is { Success: true } held && _opened.TryGetValue(held.Value, out var folder)
            ? folder + path[held.Length..] : path;
    }

    public static byte[] Bytes(string hexadecimal) => Convert.FromHexString(hexadecimal.Replace("\\x", "", StringComparison.Ordinal));

    private static string Text(string written) => written.StartsWith("\\x", StringComparison.Ordinal)
        ? Encoding.UTF8.GetString(Bytes(written)) : written;

    [GeneratedRegex("^/proc/self/fd/\\d+")]
    private static partial Regex Held();

    [GeneratedRegex("^<\\.\\.\\. \\w+ resumed>(?<rest>.*)$")]
    private static partial Regex Resumed();

    [GeneratedRegex("^(?<name>\\w+)\\((?<arguments>.*)\\) += (?<result>[-0-9?]+)(<(?<path>[^>]*)>)?")]
    private static partial Regex Call();
}
