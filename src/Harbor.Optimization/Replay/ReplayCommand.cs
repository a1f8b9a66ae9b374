using System.Globalization;
using Harbor.Optimization.Journal;

namespace Harbor.Optimization.Replay;

/// <summary><c>./harbor gepa replay</c>.</summary>
public static class ReplayCommand
{
    public const string Usage = "gepa replay --problem hash --run FILE --output FILE [--state DIR] [--max-iterations N]";

    private static readonly string[] Names = ["--problem", "--run", "--output", "--state", "--max-iterations"];

    /// <summary>Plays the run. What is wrong is written to <paramref name="error"/>, all of it.</summary>
    /// <param name="args">What follows <c>gepa replay</c>; <c>--name=value</c> is as good as <c>--name value</c>.</param>
    /// <returns>0, also for a run that has not ended; 2: the input is wrong.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter error, CancellationToken ct)
    {
        var problems = new List<string>();
        var given = Parse(args, problems);
        string? Value(string name) => given.GetValueOrDefault(name);
        foreach (var name in Names.Take(3).Where(name => Value(name) is null))
        {
            problems.Add($"{name} is missing.");
        }

        if (Value("--problem") is { } problem and not "hash")
        {
            problems.Add($"--problem: '{problem}' is not known; there is only 'hash'.");
        }

        int? most = null;
        if (Value("--max-iterations") is { } text)
        {
            most = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
            if (most is null)
            {
                problems.Add($"--max-iterations: a whole number of at least 0 is expected, not '{text}'.");
            }
            else if (Value("--state") is null)
            {
                problems.Add("--max-iterations needs --state: without it, the rest of the run would be lost.");
            }
        }

        if (problems.Count > 0)
        {
            return await FailAsync([.. problems, $"usage: {Usage}"], error);
        }

        try
        {
            var run = ReplayRun.Parse(await File.ReadAllBytesAsync(Value("--run")!, ct));
            using IJournalStore store = Value("--state") is { } directory ? new FileJournal(directory) : new MemoryJournal();
            await WriteWholeAsync(Value("--output")!, output => GepaReplay.RunAsync(run, store, most, output, ct));
            return 0;
        }
        catch (ReplayInputException e)
        {
            return await FailAsync([.. e.Problems.Select(line => $"{Value("--run")}: {line}")], error);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JournalException)
        {
            return await FailAsync([e.Message], error);
        }
    }

    // Beside it and renamed: a reader never sees a part.
    private static async Task WriteWholeAsync(string path, Func<Stream, Task> writeAsync)
    {
        var beside = path + ".new";
        try
        {
            await using (var output = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                await writeAsync(output);
            }

            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static Dictionary<string, string> Parse(IReadOnlyList<string> args, List<string> problems)
    {
        var given = new Dictionary<string, string>();
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var left, var right] ? (left, right) : (args[i], null);
            if (!Names.Contains(name))
            {
                problems.Add($"'{args[i]}' is not known.");
            }
            else if (value is null && i + 1 >= args.Count)
            {
                problems.Add($"{name} needs a value.");
            }
            else if (!given.TryAdd(name, value ?? args[++i]))
            {
                problems.Add($"{name} is given twice.");
            }
        }

        return given;
    }

    private static async Task<int> FailAsync(IEnumerable<string> lines, TextWriter error)
    {
        foreach (var line in lines)
        {
            await error.WriteLineAsync(line);
        }

        return 2;
    }
}
