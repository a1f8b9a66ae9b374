using Harbor.Descriptors.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Harbor.Compose;

/// <summary>The files that compose files name and that <c>compose config</c> no longer shows: env files, included and extended compose files.</summary>
/// <param name="Paths">Absolute; the compose files themselves come first.</param>
/// <param name="IsComplete">False where a name could not be resolved: then only Compose knows whether anything changed.</param>
/// <param name="EnvFiles">The places where env files and label files are named.</param>
public sealed record ComposeInputs(IReadOnlyList<string> Paths, bool IsComplete, IReadOnlyList<EnvFileName> EnvFiles)
{
    private const int MaxDepth = 64;

    /// <param name="interpolate">Fills in <c>${...}</c>; throws <see cref="InvalidStackException"/> where it can't.</param>
    public static ComposeInputs Find(ComposeProject project, Func<string, string> interpolate)
    {
        var search = new Search(interpolate);
        foreach (var file in project.Files)
        {
            search.Add(Path.GetFullPath(file, project.Directory), project.Directory);
        }

        return new ComposeInputs(search.Paths, search.IsComplete, search.EnvFiles);
    }

    private sealed class Search(Func<string, string> interpolate)
    {
        private readonly List<string> _paths = [];
        private readonly List<EnvFileName> _envFiles = [];
        private readonly HashSet<string> _named = [];

        public IReadOnlyList<string> Paths => _paths;

        public IReadOnlyList<EnvFileName> EnvFiles => [.. _envFiles.Select(file => file with { IsPlain = file.IsPlain && !_named.Contains(file.ComposeFile) })];

        public bool IsComplete { get; private set; } = true;

        /// <param name="folder">What the paths in the compose file are relative to.</param>
        public void Add(string composeFile, string folder)
        {
            if (_paths.Contains(composeFile))
            {
                return;
            }

            _paths.Add(composeFile);
            if (!File.Exists(composeFile))
            {
                return;
            }

            try
            {
                using var reader = File.OpenText(composeFile);
                var parser = new Parser(reader);
                parser.Consume<StreamStart>();
                if (parser.TryConsume<DocumentStart>(out _))
                {
                    Node(parser, new(composeFile, folder), [], 0);
                }
            }
            catch (Exception e) when (e is YamlException || YamlSyntax.IsFault(e))
            {
                // Compose says it better, and is asked first.
                IsComplete = false;
            }
        }

        private void Node(Parser parser, Place place, IReadOnlyList<string> keys, int depth)
        {
            if (depth > MaxDepth)
            {
                throw new YamlException("nested too deeply");
            }

            if (parser.TryConsume<MappingStart>(out _))
            {
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    var key = parser.Accept<Scalar>(out var name) ? name.Value : "";
                    if (key.Length > 0)
                    {
                        parser.MoveNext();
                    }
                    else
                    {
                        Node(parser, place, [], depth + 1);
                    }

                    Node(parser, place, [.. keys, key], depth + 1);
                }
            }
            else if (parser.TryConsume<SequenceStart>(out _))
            {
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    Node(parser, place, keys, depth + 1);
                }
            }
            else if (parser.TryConsume<Scalar>(out var scalar))
            {
                Value(scalar, place, keys);
            }
            else
            {
                parser.MoveNext();
                Value(null, place, keys);
            }
        }

        /// <summary>Wherever it stands, not in services only: a fragment under <c>x-...</c> is merged into them.</summary>
        /// <param name="value">Null for an alias.</param>
        private void Value(Scalar? value, Place place, IReadOnlyList<string> keys)
        {
            switch (keys)
            {
                case [.., "env_file" or "label_file"] or [.., "env_file", "path"]:
                    Resolve(value?.Value, place.Folder, path =>
                    {
                        _paths.Add(path);
                        if (keys is not [.., "labels" or "environment" or "args", _])
                        {
                            _envFiles.Add(new(place.File, (int)value!.Start.Index, (int)value.End.Index, value.Anchor.IsEmpty ? "" : $"&{value.Anchor} ", path)
                            {
                                IsPlain = value.Tag.IsEmpty && value.Style is ScalarStyle.Plain or ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted,
                            });
                        }
                    });
                    break;
                case [.., "extends", "file"]:
                    Resolve(value?.Value, place.Folder, Follow);
                    break;
                case ["include"] or ["include", "path"]:
                    Resolve(value?.Value, place.Folder, path =>
                    {
                        Follow(path);
                        _paths.Add(Path.Combine(Path.GetDirectoryName(path)!, ".env"));
                    });
                    break;
                case ["include", "project_directory"]:
                    IsComplete = false;
                    break;
            }
        }

        private void Follow(string composeFile)
        {
            _named.Add(composeFile);
            Add(composeFile, Path.GetDirectoryName(composeFile)!);
        }

        private void Resolve(string? value, string folder, Action<string> use)
        {
            if (value is null)
            {
                IsComplete = false;
                return;
            }

            try
            {
                var path = interpolate(value);
                if (path.Length > 0)
                {
                    use(Path.GetFullPath(path, folder));
                }
            }
            catch (InvalidStackException)
            {
                IsComplete = false;
            }
        }

        /// <param name="Folder">What the paths in the file are relative to.</param>
        private sealed record Place(string File, string Folder);
    }
}

/// <param name="ComposeFile">Absolute, as is the path.</param>
/// <param name="Start">Of the name in the file, in characters, with its quotes and its anchor.</param>
/// <param name="Anchor">As it is written, with what is between it and the name.</param>
public sealed record EnvFileName(string ComposeFile, int Start, int End, string Anchor, string Path)
{
    /// <summary>Whether another name can be put there: not where it has a tag or is a block of lines, nor in a compose file that others include or extend.</summary>
    public bool IsPlain { get; init; }
}
