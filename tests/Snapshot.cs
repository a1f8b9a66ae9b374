using System.Runtime.CompilerServices;

namespace Harbor.Snapshots;

/// <summary>
/// Compares a text with <c>NAME.verified.txt</c>, a file beside the test's source. Another text is written to <c>NAME.received.txt</c>.
/// </summary>
internal static class Snapshot
{
    public static void Match(string name, string text, [CallerFilePath] string source = "")
    {
        // A compile for release maps the repository's folder in source paths: only what stands below tests/ is taken.
        var inTests = source[source.LastIndexOf("/tests/", StringComparison.Ordinal)..];
        var folder = Path.GetDirectoryName(Root(AppContext.BaseDirectory) + inTests)!;
        var (verified, received) = (Path.Combine(folder, $"{name}.verified.txt"), Path.Combine(folder, $"{name}.received.txt"));
        File.Delete(received);
        if (Environment.GetEnvironmentVariable("HARBOR_ACCEPT_SNAPSHOTS") == "1")
        {
            File.WriteAllText(verified, text);
        }
        else if (!File.Exists(verified) || File.ReadAllText(verified) != text)
        {
            File.WriteAllText(received, text);
            var difference = File.Exists(verified)
                ? Difference(File.ReadAllText(verified).Split('\n'), text.Split('\n')) : "There is no accepted text yet.";
            Assert.Fail($"""
                {difference}
                Compare: diff {verified} {received}
                To accept the new text, run this test again with HARBOR_ACCEPT_SNAPSHOTS=1.
                """);
        }
    }

    private static string Difference(string[] verified, string[] received)
    {
        var line = verified.Zip(received).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"The text differs from line {line + 1} on:\n- {verified.ElementAtOrDefault(line)}\n+ {received.ElementAtOrDefault(line)}";
    }

    private static string Root(string folder) =>
        File.Exists(Path.Combine(folder, "Harbor.slnx")) ? folder : Root(Path.GetDirectoryName(folder)!);
}
