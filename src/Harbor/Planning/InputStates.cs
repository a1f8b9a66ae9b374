using Harbor.Hashing;

namespace Harbor.Planning;

/// <summary>Whether what a deployed stack was made of still is as it was. Answers without Compose.</summary>
public static class InputStates
{
    /// <summary>A hash for each file or folder, to be saved: see <see cref="Write"/>.</summary>
    public static IReadOnlyDictionary<Input, string> Read(IEnumerable<string> paths, ProjectKey key, string root)
    {
        var reader = new InputReader(key, root, pending: null);
        foreach (var path in paths)
        {
            reader.StateOf(new Input(InputKind.Content, path));
        }

        return reader.States;
    }

    /// <summary>As they are saved.</summary>
    public static IReadOnlyDictionary<string, string> Write(IReadOnlyDictionary<Input, string> states) =>
        states.ToDictionary(state => state.Key.ToString(), state => state.Value);

    /// <summary>The images among them, by name with their ids; a missing one has an empty id.</summary>
    public static IReadOnlyDictionary<string, string> Images(IReadOnlyDictionary<string, string> saved) =>
        saved.Select(state => (Input: Input.Parse(state.Key), Id: state.Value)).Where(state => !state.Input.IsPath)
            .ToDictionary(state => state.Input.Path, state => state.Id);

    /// <summary>The files and folders that are different now, in their order. Images are not looked at.</summary>
    /// <param name="saved">What <see cref="Write"/> gave, also of an earlier Harbor.</param>
    /// <param name="pending">What is about to be written; null where everything is written.</param>
    public static IReadOnlyList<Input> Changed(
        IReadOnlyDictionary<string, string> saved, ProjectKey key, string root, PendingFiles? pending = null)
    {
        var reader = new InputReader(key, root, pending);
        var changed = new List<Input>();
        foreach (var (text, state) in saved)
        {
            var input = Input.Parse(text);
            if (input.IsPath && reader.StateOf(input) != state)
            {
                changed.Add(input);
            }
        }

        return changed;
    }
}

/// <summary>Looks at each input once.</summary>
/// <param name="pending">Files that are about to be written: they count as if they were.</param>
internal sealed class InputReader(ProjectKey key, string root, PendingFiles? pending)
{
    private readonly PathState _paths = new(key, root, pending);
    private readonly Dictionary<Input, string> _states = [];

    public IReadOnlyDictionary<Input, string> States => _states;

    public string StateOf(Input input)
    {
        if (!_states.TryGetValue(input, out var state))
        {
            _states[input] = state = input.Kind switch
            {
                InputKind.Context => _paths.OfContext(input.Path, IgnoredNames.Read(input)),
                InputKind.Folder => _paths.OfFolder(input.Path),
                _ => _paths.OfContent(input.Path),
            };
        }

        return state;
    }

    public string StateOfContent(string path) => StateOf(new Input(InputKind.Content, path));

    /// <summary>Null where there is no such file.</summary>
    public byte[]? Content(string path) =>
        pending?.Find(path)?.Content ?? (File.Exists(path) && pending?.Removes(path) != true ? File.ReadAllBytes(path) : null);

    public bool IsFolder(string path) => pending?.Find(path) is null && (Directory.Exists(path) || pending?.Under(path).Any() == true);
}

/// <summary>
/// The names in a build context that an ignore file leaves out: plain ones only. A pattern that is not understood costs a build too many,
/// one that is understood wrongly a build too few.
/// </summary>
internal static class IgnoredNames
{
    public static IReadOnlySet<string> Read(Input context)
    {
        var file = context.IgnoreFile ?? Path.Combine(context.Path, ".dockerignore");
        var lines = file.Length > 0 && File.Exists(file) ? File.ReadAllLines(file).Select(line => line.Trim()).ToList() : [];
        return lines.Exists(line => line.StartsWith('!'))
            ? new HashSet<string>()
            : lines.Select(line => line.Trim('/'))
                .Where(line => line.Length > 0 && line[0] != '#' && line.AsSpan().IndexOfAny("*?[\\/") < 0).ToHashSet();
    }
}
