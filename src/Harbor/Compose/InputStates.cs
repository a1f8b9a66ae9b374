namespace Harbor.Compose;

/// <summary>Whether files and folders that a deployment was made of still are as they were. Answers without Compose.</summary>
public static class InputStates
{
    // A folder may be a build's context and mounted as well: with and without .dockerignore it is not the same.
    private const string ContextMark = "context:";

    // Who has a folder mounted that was removed and made again does not see the new one.
    private const string FolderMark = "folder:";
    private static readonly HashSet<string> Nothing = [];

    /// <summary>Hashes by path. Give <see cref="ServiceDigests.Inputs"/> to save, and the compose files with what they name (<see cref="ComposeInputs"/>).</summary>
    public static IReadOnlyDictionary<string, string> Read(IEnumerable<string> paths, byte[] key, string root)
    {
        var reader = new Reader(key, root, pending: null);
        foreach (var path in paths)
        {
            reader.Of(path);
        }

        return reader.States;
    }

    /// <summary>The paths that are different now, in their order.</summary>
    /// <param name="saved">Of an earlier <see cref="Read"/> or <see cref="ServiceDigests.Inputs"/>.</param>
    /// <param name="pending">What is about to be written; null where all is.</param>
    public static IReadOnlyList<string> Changed(IReadOnlyDictionary<string, string> saved, byte[] key, string root, PendingFiles? pending = null)
    {
        var reader = new Reader(key, root, pending);
        var changed = new List<string>();
        foreach (var (path, state) in saved)
        {
            if (reader.OfSaved(path) != state)
            {
                changed.Add(path);
            }
        }

        return changed;
    }

    /// <summary>An input's path, without the mark that says in which way it is looked at.</summary>
    public static string PathOf(string input) =>
        input.StartsWith(ContextMark, StringComparison.Ordinal) ? input[ContextMark.Length..]
        : input.StartsWith(FolderMark, StringComparison.Ordinal) ? input[FolderMark.Length..]
        : input;

    /// <summary>Looks at each path once.</summary>
    internal sealed class Reader(byte[] key, string root, PendingFiles? pending)
    {
        private readonly PathState _state = new(key, root, pending);
        private readonly Dictionary<string, string> _states = [];

        public IReadOnlyDictionary<string, string> States => _states;

        public string Of(string path) => Cached(path, path, Nothing);

        public string OfContext(string path) => Cached(ContextMark + path, path, Ignored(path));

        /// <summary>The folder itself, not what is in it.</summary>
        public string OfFolder(string path) => _states[FolderMark + path] = _state.OfFolder(path);

        public bool IsFolder(string path) => pending?.Of(path) is null && (Directory.Exists(path) || pending?.Under(path).Any() == true);

        public string OfSaved(string input) =>
            input.StartsWith(ContextMark, StringComparison.Ordinal) ? OfContext(input[ContextMark.Length..])
            : input.StartsWith(FolderMark, StringComparison.Ordinal) ? OfFolder(input[FolderMark.Length..])
            : Of(input);

        private string Cached(string name, string path, IReadOnlySet<string> ignored)
        {
            if (!_states.TryGetValue(name, out var state))
            {
                _states[name] = state = _state.Of(path, ignored);
            }

            return state;
        }

        /// <summary>Plain names only: a pattern left out costs a build too many, one understood wrongly a build too few.</summary>
        private static HashSet<string> Ignored(string context)
        {
            var file = Path.Combine(context, ".dockerignore");
            var lines = File.Exists(file) ? File.ReadAllLines(file).Select(line => line.Trim()).ToList() : [];
            return lines.Exists(line => line.StartsWith('!'))
                ? Nothing
                : [.. lines.Select(line => line.Trim('/')).Where(line => line.Length > 0 && line[0] != '#' && line.AsSpan().IndexOfAny("*?[\\/") < 0)];
        }
    }
}
