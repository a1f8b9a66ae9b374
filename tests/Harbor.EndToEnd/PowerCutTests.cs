using System.Text.Json;
using Harbor.Runs;
using Harbor.Templates;

namespace Harbor.EndToEnd;

/// <summary>
/// The power is cut behind any change of a run, and what was not flushed may be lost: files of the state are old or new, never half, and so
/// is the rendered tree once the next run has begun.
/// </summary>
[Trait("Category", "Engine")]
public sealed class PowerCutTests
{
    /// <summary>Those that the next run relies on. The record of a run, of which nothing hangs, is not flushed.</summary>
    private static readonly string[] State =
        ["etc/secrets.env", "var/state/key", "var/state/deployment.json", "var/state/inputs.json",
        "var/state/rendered", "var/state/prepare.journal", "var/state/kept-volumes"];

    [Fact]
    public async Task State_and_rendered_files_are_old_or_new_and_Destroy_knows_what_Deploy_had_begun()
    {
        await using var project = await DeployCrashPointTests.NewAsync();
        project.Write("stacks/worker/templates/old/old.conf", "{{GREETING}}\n");
        var first = await DiskModel.RecordAsync(project.Command("--target=Deploy"), project.Root);
        project.Write("etc/sys.env", "GREETING=other\nLEVEL=2\n");
        project.Write("stacks/worker/templates/new/new.conf", "{{GREETING}}\n");
        Directory.Delete(project.PathOf("stacks/worker/templates/old"), recursive: true);
        var second = await DiskModel.RecordAsync(project.Command("--target=Deploy"), project.Root);
        var destroy = await DiskModel.RecordAsync(project.Command("--target=Destroy"), project.Root);

        var wrong = Halves(first).Concat(Torn(first)).Concat(Unknown(first)).Concat(Halves(second))
            .Concat(Torn(second)).Concat(Unknown(second)).Concat(Halves(destroy)).Distinct().ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static IEnumerable<string> Halves(DiskModel run)
    {
        var whole = Enumerable.Range(0, run.Changes.Count + 1).Select(run.After).ToList();
        return Cuts(run)
            .SelectMany(cut => State.Where(file => !whole.Exists(old => old.Text(file) == cut.Left.Text(file)))
            .Select(file => $"{cut.At}: {file} is neither old nor new"));
    }

    private static IEnumerable<string> Torn(DiskModel run)
    {
        string[] expected = [Rendered(run.After(0)), Rendered(run.After(run.Changes.Count))];
        return Cuts(run).Select(cut => (cut.At, Rendered: Rendered(Recovered(cut.Left)))).Where(cut => !expected.Contains(cut.Rendered))
            .Select(cut => $"{cut.At}: var/run is neither old nor new:\n{cut.Rendered}");
    }

    private static IEnumerable<(string At, FileTree Left)> Cuts(DiskModel run) => Enumerable.Range(1, run.Changes.Count)
        .SelectMany(count => run.Cut(count).Select(tree => ($"behind {run.Changes[count - 1].Call} {run.Changes[count - 1].Path}", tree)))
        .DistinctBy(cut => cut.tree.ToString());

    /// <summary>As soon as Compose changes containers, the saved state speaks of them.</summary>
    private static IEnumerable<string> Unknown(DiskModel run)
    {
        var up = run.Changes.Index()
            .First(change => change.Item.Call == "start" && change.Item.To.Contains(" up ", StringComparison.Ordinal)).Index;
        foreach (var tree in Enumerable.Range(up + 1, run.Changes.Count - up).SelectMany(run.Cut))
        {
            if (!tree.TryGetValue("var/state/deployment.json", out var saved) || saved is null)
            {
                yield return "Compose is at work, and there is no deployment.json";
            }
            else if (JsonDocument.Parse(saved).RootElement.GetProperty("state").GetProperty("runId").GetString() is var id
                && !run.Changes.Any(change => change.Path.Contains(id!, StringComparison.Ordinal)))
            {
                yield return $"Compose is at work, and deployment.json is of another run, {id}";
            }
        }
    }

    private static FileTree Recovered(FileTree tree)
    {
        var root = Directory.CreateTempSubdirectory("harbor-cut-").FullName;
        tree.Write(root);
        var paths = new ProjectPaths(root);
        _ = RunRecord.Read(paths); // May be half: that must not stop anybody.
        _ = RunHistory.Read(paths, 100).ToList();
        new TreeSwap(paths).Recover();
        var recovered = FileTree.Read(root);
        Directory.Delete(root, recursive: true);
        return recovered;
    }

    private static string Rendered(FileTree tree) =>
        string.Join(
            '\n', tree.Where(entry => entry.Key.StartsWith("var/run/", StringComparison.Ordinal)
            && !entry.Key.StartsWith("var/run/.secrets", StringComparison.Ordinal) && entry.Value is not null)
            .Select(entry => $"{entry.Key} {Convert.ToHexString(entry.Value!)}"));
}
