using System.Text.Json;
using Harbor.Selection;

namespace Harbor.Bench;

/// <summary>Selecting from the 652 compose files of av/harbor, and from 10 and 100 times as many.</summary>
internal static class SelectionTime
{
    private static readonly string[] Services = ["litellm", "webui", "ollama"];
    private static readonly SelectionRules Rules = new();

    public static async Task RunAsync(CancellationToken ct)
    {
        var request = new SelectionRequest
        {
            ProfileServices = Services,
            ProfileOptions = ["*"],
            Options = ["traefik"],
            Detected = ["nvidia", "mdc"]
        };
        var names = Names();
        foreach (var (times, runs) in new[] { (1, 1001), (10, 201), (100, 31) })
        {
            var tree = Grown(names, times);
            using var project = new Project();
            project.WriteDescriptor(Services);
            foreach (var name in tree)
            {
                project.Write($"etc/stacks/{name}", "services: {}\n");
            }

            var (size, first) = ($"{tree.Length} files", times == 1);
            Report.Single($"selection from {size}, in process",
                Measure.InProcess(() => ComposeSelection.Select(ComposeFolder.FromNames(tree), Rules, request), runs), first ? "1 ms" : "");
            Report.Single(
                $"selection from {size}, names read",
                Measure.InProcess(() => ComposeSelection.Select(ComposeFolder.Read(project.Paths.ComposeFiles), Rules, request), runs),
                first ? "5 ms" : "");
            var (what, own) = ($"selection from {size}, `./build.sh --target=Source`", project.Harbor("--target=Source"));
            if (first)
            {
                await Measure.CompareAsync(what, own, "`dotnet hello.dll`", await StartUp.HelloAsync(project, ct), "1.2x", 15, ct);
            }
            else
            {
                Report.Single(what, await Measure.CommandAsync(own, 15, ct));
            }
        }
    }

    private static string[] Names()
    {
        using var trees = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "trees.json")));
        return [.. trees.RootElement.GetProperty("trees").GetProperty("head").GetProperty("files")
            .EnumerateArray().Select(name => name.GetString()!)];
    }

    // The shape is kept: in each copy every token that is no capability gets a prefix of its own.
    private static string[] Grown(string[] names, int times)
    {
        string[] kept = ["compose", "x", "yml", .. Rules.Capabilities];
        return
        [
            .. names,
            .. Enumerable.Range(1, times - 1).SelectMany(copy => names.Where(name => name != "compose.yml").Select(name =>
                string.Join('.', name.Split('.').Select(token => kept.Contains(token) ? token : $"c{copy}-{token}")))),
        ];
    }
}
