using System.Security.Cryptography;
using Harbor.Masking;

namespace Harbor.Bench;

/// <summary>
/// 100 MB of log through the masker in chunks of 16 KiB, as a child's output comes, beside a plain copy of the same chunks; and how long a
/// line may wait.
/// </summary>
internal static class MaskingTime
{
    private const int Chunk = 16 * 1024;
    private const int Total = 100_000_000;

    public static async Task RunAsync(CancellationToken ct)
    {
        foreach (var count in new[] { 10, 1_000 })
        {
            var (redaction, secrets) = Secrets(count);
            foreach (var (what, log) in new[] { ("without secrets", Log(line => "")),
                ("a secret in every 20th line", Log(line => line % 20 == 0 ? secrets[line % count] : "")),
                ("coloured, a secret in every 20th line", Coloured(line => line % 20 == 0 ? secrets[line % count] : "")) })
            {
                var copy = Measure.InProcess(() => Copy(log, TextWriter.Null, new char[Chunk]), 7);
                var masked = Measure.InProcess(() => Copy(log, new MaskingWriter(TextWriter.Null, redaction), new char[Chunk]), 7);
                Report.Pair($"100 MB of log masked, {count:N0} secrets, {what}: {Total / 1000 / masked:N0} MB/s",
                    masked, "copied", copy, masked / copy, "1000 ms");
            }
        }

        await LatencyAsync(ct);
    }

    /// <summary>Of a line that may be the first of a secret, from a child that prints the time and goes on.</summary>
    private static async Task LatencyAsync(CancellationToken ct)
    {
        var redaction = new Redaction();
        redaction.Add("!\nand a second line of the secret");
        var late = new List<double>();
        var command = new Processes.Command(
            TestScope.New(redaction), "sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do echo $(date +%s%N)'!'; sleep 0.3; done")
        {
            OnOutput = line =>
                late.Add((TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch)
                .TotalMilliseconds - long.Parse(line.TrimEnd('!'), null) / 1e6),
        };
        await command.RunAsync(ct);
        Report.Single("a line that may be the first of a secret, from the child to who listens", Report.Median(late), "50 ms");
    }

    private static void Copy(string log, TextWriter to, char[] chunk)
    {
        for (var done = 0; done < Total; done += log.Length)
        {
            for (var at = 0; at < log.Length; at += Chunk)
            {
                var length = Math.Min(Chunk, log.Length - at);
                log.AsSpan(at, length).CopyTo(chunk);
                to.Write(chunk, 0, length);
            }
        }

        to.Dispose();
    }

    private static (Redaction Redaction, string[] Secrets) Secrets(int count)
    {
        var redaction = new Redaction();
        string[] secrets =
            [.. Enumerable.Range(0, count)
            .Select(_ => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-/+", 32))];
        foreach (var secret in secrets)
        {
            redaction.Add(secret);
        }

        return (redaction, secrets);
    }

    private static string Coloured(Func<int, string> tail) =>
        Log(tail).Replace("INFO ", "\e[32mINFO\e[0m ", StringComparison.Ordinal).Replace("GET", "\e[1mGET\e[0m", StringComparison.Ordinal);

    /// <summary>About 1 MB.</summary>
    private static string Log(Func<int, string> tail) => string.Concat(Enumerable.Range(0, 10_000).Select(line =>
        $"2026-11-21T07:{line % 60:00}:{line % 59:00}.{line % 1000:000}Z INFO  web-{line % 7} GET /api/items/{line * 7919 % 100_003} 200 " +
            $"{line % 97} ms user={line % 1013} {tail(line)}\n"));
}
