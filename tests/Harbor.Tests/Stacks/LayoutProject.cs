using Harbor.Masking;
using Harbor.Stacks;

namespace Harbor.Tests.Stacks;

/// <summary>A project that is as one of <c>Data/layouts</c>; nothing is deployed.</summary>
internal sealed class LayoutProject : IDisposable
{
    public LayoutProject(string layout)
    {
        var root = Path.Combine(Directory.CreateTempSubdirectory("harbor-layout-").FullName, "My Project");
        Paths = new ProjectPaths(root);
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "layouts", $"{layout}.txt"));
        foreach (var file in text.Split("== ", StringSplitOptions.RemoveEmptyEntries))
        {
            var end = file.IndexOf('\n');
            Write(file[..end], file[(end + 1)..]);
        }
    }

    public ProjectPaths Paths { get; }

    public StackOptions Options { get; set; } = new();

    public List<string> Lines { get; } = [];

    public void Write(string path, string text)
    {
        var full = Path.Combine(Paths.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public StackDefinition Define() => StackDefinition.Read(Paths, Options);

    public Task<SelectedStack> SelectAsync() =>
        SelectedStack.SelectAsync(Run(), Define(), explain: true, TestContext.Current.CancellationToken);

    /// <summary>As Compose understands what was selected.</summary>
    public async Task<ResolvedStack> ResolveAsync()
    {
        var run = Run();
        return await ResolvedStack.ResolveAsync(
            run, MergedStack.Merge(run, await SelectAsync()), pending: null, TestContext.Current.CancellationToken);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Paths.Root)!, recursive: true);

    private StackRun Run() => new(
        TestScope.New(new Redaction()), Paths, new StackOutput { Line = Lines.Add, Information = Lines.Add, Warning = Lines.Add })
    { MayWrite = false };
}
