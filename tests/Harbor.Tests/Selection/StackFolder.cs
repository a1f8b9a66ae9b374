namespace Harbor.Tests.Selection;

/// <summary>A project in a temporary folder, as text: <c>=== path</c> begins a file.</summary>
internal sealed class StackFolder : IDisposable
{
    public StackFolder(string files)
    {
        foreach (var file in files.ReplaceLineEndings("\n").Split("=== ", StringSplitOptions.RemoveEmptyEntries))
        {
            var end = file.IndexOf('\n', StringComparison.Ordinal);
            Write(file[..end].Trim(), file[(end + 1)..]);
        }
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("harbor-stack-").FullName;

    public string State => Path.Combine(Root, "var", "state");

    /// <summary>
    /// The compose files of <c>etc/stacks</c>, ordinal, and copies of an empty one up to the number from which a list is merged.
    /// </summary>
    public IReadOnlyList<string> Files { get; private set; } = [];

    public string At(string path) => Path.Combine(Root, path);

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    public StackFolder WithFiles(int count)
    {
        for (var i = Directory.GetFiles(At("etc/stacks"), "*.yml").Length; i < count; i++)
        {
            Write($"etc/stacks/compose.z{i:000}.yml", $"services:\n  z{i}:\n    image: z\n");
        }

        Files = [.. Directory.GetFiles(At("etc/stacks"), "*.yml").Order(StringComparer.Ordinal)];
        return this;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
