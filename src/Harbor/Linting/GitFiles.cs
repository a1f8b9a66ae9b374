using System.Globalization;
using System.Text;
using Harbor.Processes;

namespace Harbor.Linting;

/// <param name="Path">Relative to the project root.</param>
/// <param name="Id">Git's id of the content.</param>
internal sealed record GitFile(string Path, string Id);

/// <summary>Reads git's index of a project's folder, and the contents of all commits.</summary>
/// <param name="Prefix">The project's folder inside the repository, with a slash at the end; empty for the top.</param>
internal sealed record GitFiles(RunScope Scope, string Root, string Prefix, IReadOnlyDictionary<string, string> Environment)
{
    private const string RegularFile = "100";

    /// <param name="indexFile">GIT_INDEX_FILE, which git sets for a pre-commit hook when it commits from another index.</param>
    /// <returns>Null if there is no repository or no git.</returns>
    /// <exception cref="CommandFailedException">Git refuses the repository.</exception>
    public static async Task<GitFiles?> OpenAsync(RunScope scope, string root, string? indexFile, CancellationToken ct)
    {
        var environment = scope.ChildVariables();
        environment["LC_ALL"] = "C";
        var git = new GitFiles(scope, root, "", environment);
        try
        {
            var lines = (await git.Command("rev-parse", "--show-toplevel", "--show-prefix").RunAsync(ct)).Output.Split('\n');
            if (indexFile is not null)
            {
                environment["GIT_INDEX_FILE"] = Path.GetFullPath(indexFile, lines[0]);
            }

            return git with { Prefix = lines[1] };
        }
        catch (CommandFailedException e) when (e.ExitCode is null || e.ErrorTail.Contains("not a git repository", StringComparison.Ordinal))
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<GitFile>> IndexAsync(CancellationToken ct)
    {
        // Format: "100644 id stage<TAB>path", ended by NUL.
        var listed = (await Command("ls-files", "--stage", "-z").RunAsync(ct)).Output.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return [.. listed.Where(line => line.StartsWith(RegularFile, StringComparison.Ordinal))
            .Select(line => new GitFile(line[(line.IndexOf('\t') + 1)..], line.Split(' ')[1]))];
    }

    /// <summary>Every content once, with the first path that git lists. Folders and commits are included.</summary>
    public async Task<IReadOnlyList<GitFile>> HistoryAsync(CancellationToken ct)
    {
        string[] folder = Prefix.Length == 0 ? [] : ["--full-history", "--", "."];
        var listed = (await Command(["rev-list", "--objects", "--all", .. folder]).RunAsync(ct))
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. listed.Select(line => line.Split(' ', 2))
            .Where(words => words.Length == 2 && words[1].StartsWith(Prefix, StringComparison.Ordinal) && words[1].Length > Prefix.Length)
                .Select(words => new GitFile(words[1][Prefix.Length..], words[0])),
        ];
    }

    /// <summary>The sizes in bytes of the contents that are files.</summary>
    public async Task<IReadOnlyDictionary<string, long>> SizesAsync(IEnumerable<string> ids, CancellationToken ct)
    {
        var listed = await (Command("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)") with { Input = Lines(ids) })
            .RunAsync(ct);
        var lines = listed.Output.Split('\n').Select(line => line.Split(' ')).ToList();
        return lines.Find(words => words is [_, "missing"]) is [var missing, _]
            ? throw new HarborException(
                $"Git refers to the content {missing} but does not have it: the clone is partial or damaged. Run: git fetch --refetch")
            : lines.Where(words => words is [_, "blob", _])
            .DistinctBy(words => words[0]).ToDictionary(words => words[0], words => long.Parse(words[2], CultureInfo.InvariantCulture));
    }

    public Task ReadAsync(IReadOnlyList<string> ids, Action<string, ReadOnlyMemory<byte>> found, CancellationToken ct) =>
        (Command("cat-file", "--batch") with { Input = Lines(ids) }).ReadAsync(async (output, end) =>
        {
            using var stream = new BufferedStream(output, 1 << 16);
            var buffer = new byte[1 << 16];
            foreach (var id in ids)
            {
                // Format: "id blob size", line end, content, line end.
                if (Header(stream) is not [_, "blob", var size])
                {
                    return; // Git ended early; the caller reports its exit code.
                }

                var length = int.Parse(size, CultureInfo.InvariantCulture);
                buffer = buffer.Length <= length ? new byte[length + 1] : buffer;
                if (await stream.ReadAtLeastAsync(buffer.AsMemory(0, length + 1), length + 1, throwOnEndOfStream: false, end) <= length)
                {
                    return;
                }

                found(id, buffer.AsMemory(0, length));
            }
        }, ct);

    private static string[] Header(BufferedStream stream)
    {
        var header = new StringBuilder();
        for (var next = stream.ReadByte(); next is not (-1 or '\n'); next = stream.ReadByte())
        {
            header.Append((char)next);
        }

        return header.ToString().Split(' ');
    }

    private static string Lines(IEnumerable<string> ids) => string.Concat(ids.Select(id => id + "\n"));

    /// <summary>core.fsmonitor is turned off, because a repository's configuration could name a program in it that git would run.</summary>
    private Command Command(params string[] arguments) =>
        Scope.Command("git", ["--no-optional-locks", "-c", "core.fsmonitor=false", .. arguments]) with
        {
            WorkingDirectory = Root,
            Environment = Environment
        };
}
