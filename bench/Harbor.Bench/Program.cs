using Harbor.Bench;

// dotnet run -c Release --project bench/Harbor.Bench [-- --only NAME]: one Markdown table on standard output. Nothing is asserted.
(string Name, Func<CancellationToken, Task> RunAsync)[] benches =
[
    ("start", StartUp.RunAsync),
    ("engine", EngineTime.RunAsync),
    ("selection", SelectionTime.RunAsync),
    ("unchanged", UnchangedDeploy.RunAsync),
    ("merged", MergedFile.RunAsync),
    ("prepare", UnchangedPrepare.RunAsync),
    ("masking", MaskingTime.RunAsync),
    ("watch", WatchTime.RunAsync),
    ("gepa", OptimizationTime.RunAsync),
    ("evaluations", EvaluationsTime.RunAsync),
    ("models", ModelTime.RunAsync),
];
if (args is not ([] or ["--only", _]) || (args is [_, var only] && !Array.Exists(benches, bench => bench.Name == only)))
{
    Console.Error.WriteLine($"usage: [--only {string.Join('|', benches.Select(bench => bench.Name))}]");
    return 2;
}

// What was deployed is taken down after Ctrl-C too.
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
Report.Header();
try
{
    foreach (var (_, runAsync) in benches.Where(bench => args.Length == 0 || bench.Name == args[1]))
    {
        await runAsync(stop.Token);
    }
}
catch (OperationCanceledException)
{
    return 130;
}

return 0;
