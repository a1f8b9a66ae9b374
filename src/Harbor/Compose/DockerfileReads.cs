using System.Text;
using Harbor.Environments;

namespace Harbor.Compose;

/// <summary>What a Dockerfile names outside of its context. All stages count, also those that a <c>target</c> leaves out.</summary>
/// <param name="Images">Of <c>FROM</c>, <c>COPY --from=</c> and <c>RUN --mount=from=</c>: images, or the names of further contexts.</param>
/// <param name="Addresses">That <c>ADD</c> fetches without a checksum.</param>
/// <param name="IsComplete">False where an image's name is made from something that only the builder knows.</param>
public sealed record DockerfileReads(IReadOnlyList<string> Images, IReadOnlyList<string> Addresses, bool IsComplete)
{
    public static DockerfileReads None { get; } = new([], [], IsComplete: true);

    /// <param name="arguments">The build's own: they win over the defaults of <c>ARG</c>.</param>
    public static DockerfileReads Parse(string text, IReadOnlyDictionary<string, string> arguments)
    {
        var search = new Search(arguments);
        foreach (var line in Instructions(text.TrimStart('\uFEFF')))
        {
            search.Add(line);
        }

        return new DockerfileReads([.. search.Images], search.Addresses, search.IsComplete);
    }

    /// <summary>Lines that go on are joined; comments are left out, also those between them.</summary>
    private static IEnumerable<string> Instructions(string text)
    {
        var escape = text.Contains("escape=`", StringComparison.Ordinal) ? '`' : '\\';
        var instruction = new StringBuilder();
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => !line.StartsWith('#')))
        {
            var goesOn = line.EndsWith(escape);
            instruction.Append(goesOn ? line[..^1] + " " : line);
            if (!goesOn)
            {
                yield return instruction.ToString();
                instruction.Clear();
            }
        }

        yield return instruction.ToString();
    }

    private sealed class Search(IReadOnlyDictionary<string, string> arguments)
    {
        private readonly HashSet<string> _stages = new(StringComparer.OrdinalIgnoreCase) { "scratch" };
        private readonly Dictionary<string, string?> _global = [];

        public HashSet<string> Images { get; } = [];

        public List<string> Addresses { get; } = [];

        public bool IsComplete { get; private set; } = true;

        public void Add(string instruction)
        {
            var words = instruction.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            switch (words.FirstOrDefault()?.ToUpperInvariant())
            {
                case "ARG" when _stages.Count == 1:
                    Array.ForEach(words[1..], AddArgument);
                    break;
                case "FROM":
                    AddStage([.. words.Skip(1).Where(word => !word.StartsWith("--", StringComparison.Ordinal))]);
                    break;
                case "ADD" when !words.Any(word => word.StartsWith("--checksum=", StringComparison.Ordinal)):
                    Addresses.AddRange(words.Select(word => word.Trim('"', '[', ']', ',')).Where(IsAddress));
                    break;
                case "COPY" or "RUN" or "ONBUILD":
                    AddFrom(words);
                    break;
            }
        }

        private static bool IsAddress(string word) =>
            word.Contains("://", StringComparison.Ordinal) || word.StartsWith("git@", StringComparison.Ordinal);

        private void AddArgument(string word)
        {
            var equals = word.IndexOf('=');
            var name = equals < 0 ? word : word[..equals];
            _global[name] = arguments.GetValueOrDefault(name) ?? (equals < 0 ? null : Fill(word[(equals + 1)..].Trim('"', '\'')));
        }

        private void AddStage(string[] words)
        {
            if (words.Length > 0)
            {
                AddImage(words[0]);
                _stages.Add(words.Length > 2 ? words[2] : $"{words[0]} without a name"); // No ARG after it is one of FROM's.
            }
        }

        /// <summary><c>--from=IMAGE</c>, or <c>from=IMAGE</c> among the settings of a mount.</summary>
        private void AddFrom(string[] words)
        {
            foreach (var setting in words.Skip(1).TakeWhile(word => word.StartsWith('-') || word is "COPY" or "RUN").SelectMany(word =>
                word.StartsWith("--mount=", StringComparison.Ordinal) ? word["--mount=".Length..].Split(',') : [word.TrimStart('-')]))
            {
                if (setting.StartsWith("from=", StringComparison.Ordinal))
                {
                    AddImage(setting["from=".Length..]);
                }
            }
        }

        private void AddImage(string written)
        {
            if (Fill(written) is not { Length: > 0 } image)
            {
                IsComplete = false;
            }
            else if (!_stages.Contains(image) && !image.All(char.IsAsciiDigit))
            {
                Images.Add(image);
            }
        }

        /// <summary>Null where a variable has no value here: <c>TARGETARCH</c> and its like are the builder's.</summary>
        private string? Fill(string text)
        {
            var isKnown = true;
            var filled = Interpolation.Expand(text, name => _global.GetValueOrDefault(name), _ => isKnown = false);
            return isKnown ? filled : null;
        }
    }
}
