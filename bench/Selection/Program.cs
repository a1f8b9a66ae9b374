using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Harbor.Composition;

// One line per size: how long a selection takes, from the names in memory and with the names read from a folder.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var request = new SelectionRequest
{
    ProfileServices = ["litellm", "webui", "ollama"],
    ProfileOptions = ["*"],
    Options = ["traefik"],
    Detected = ["nvidia", "mdc"],
};
var rules = new SelectionRules();
var names = Names();
var first = Stopwatch.StartNew();
ComposeSelection.Select(ComposeFolder.Of(names), rules, request);
Console.WriteLine($"first selection of the process: {first.Elapsed.TotalMilliseconds:0.00} ms");
WarmUp(() => ComposeSelection.Select(ComposeFolder.Of(names), rules, request));
Console.WriteLine("files   selected  selection ms  wildcard tree ms  with names read ms");
foreach (var (times, runs) in new[] { (1, 1001), (10, 201), (100, 31) })
{
    var tree = Grown(names, times);
    var directory = Directory.CreateTempSubdirectory("harbor-bench-");
    foreach (var name in tree)
    {
        File.WriteAllBytes(Path.Combine(directory.FullName, name), []);
    }

    var folder = ComposeFolder.Of(tree);
    var selected = ComposeSelection.Select(folder, rules, request).Files.Count;
    var selection = Median(runs, () => ComposeSelection.Select(ComposeFolder.Of(tree), rules, request));
    var wildcard = Median(runs, () => ComposeSelection.Select(ComposeFolder.Of(tree), rules with { Wildcard = Wildcard.Tree }, request));
    var read = Median(runs, () => ComposeSelection.Select(ComposeFolder.Read(directory.FullName), rules, request));
    directory.Delete(recursive: true);
    Console.WriteLine($"{tree.Length,-7} {selected,-9} {selection,-13:0.000} {wildcard,-17:0.000} {read:0.000}");
}

static string[] Names()
{
    using var trees = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "trees.json")));
    return [.. trees.RootElement.GetProperty("trees").GetProperty("head").GetProperty("files").EnumerateArray().Select(name => name.GetString()!)];
}

// The shape is kept: in each copy every token that is no capability gets a prefix of its own.
static string[] Grown(string[] names, int times)
{
    string[] kept = ["compose", "x", "yml", .. new SelectionRules().Capabilities];
    return
    [
        .. names,
        .. Enumerable.Range(1, times - 1).SelectMany(copy => names.Where(name => name != "compose.yml").Select(name =>
            string.Join('.', name.Split('.').Select(token => kept.Contains(token) ? token : $"c{copy}-{token}")))),
    ];
}

// Long enough for the JIT's last tier, which is compiled in the background.
static void WarmUp(Func<Selection> work)
{
    var watch = Stopwatch.StartNew();
    while (watch.ElapsedMilliseconds < 1000)
    {
        work();
    }
}

static double Median(int runs, Func<Selection> work)
{
    var times = new double[runs];
    for (var i = 0; i < runs; i++)
    {
        var watch = Stopwatch.StartNew();
        work();
        times[i] = watch.Elapsed.TotalMilliseconds;
    }

    Array.Sort(times);
    return times[runs / 2];
}
