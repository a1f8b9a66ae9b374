using System.Text;
using System.Text.Json;
using Harbor.Compose;
using Harbor.Engines;
using Harbor.Hashing;

namespace Harbor.Planning;

/// <summary>What the image of one service is built from.</summary>
/// <param name="Digest">Over its section, its Dockerfile, and the content of its folders.</param>
/// <param name="Services">Services whose images it is made from.</param>
/// <param name="Images">Names of the images that it is made from and that no service of the project builds.</param>
/// <param name="Unknown">Things that Harbor can't look at, each a sentence without its end.</param>
internal sealed record BuildInputs(
    string Digest, IReadOnlyList<string> Services, IReadOnlyList<string> Images, IReadOnlyList<string> Unknown);

/// <summary>Finds what the services of a project are built from.</summary>
internal sealed class BuildInputsReader(ResolvedModel model, ProjectKey key, string directory, InputReader inputs)
{
    // Several services may build one image.
    private readonly ILookup<string, string> _builders = model.Services.Values.Where(service => service.Build is not null)
        .ToLookup(service => ImageName.Full(service.Image), service => service.Name);

    public IReadOnlyDictionary<string, BuildInputs> Read() =>
        model.Services.Values.Where(service => service.Build is not null)
            .ToDictionary(service => service.Name, service => Read(service, service.Build!));

    private BuildInputs Read(ResolvedService service, BuildSource build)
    {
        using var hash = key.Begin();
        hash.Add("build", CanonicalJson.Of(build.Json).Span);
        var sources = new Sources([], [], []);
        var isHere = Path.IsPathRooted(build.Context);
        if (isHere)
        {
            AddContext(hash, build, sources);
        }
        else
        {
            sources.Unknown.Add($"its build context is fetched from {build.Context}");
        }

        var contexts = build.Json.Members("additional_contexts")
            .ToDictionary(context => context.Name, context => ResolvedService.Unescape(context.Value.ToString()));
        foreach (var context in contexts.Values)
        {
            AddFurtherContext(hash, context, sources);
        }

        var reads = Dockerfile(build);
        foreach (var image in reads.Images.Where(image => !contexts.ContainsKey(image)))
        {
            AddImage(image, sources);
        }

        sources.Unknown.AddRange(reads.Addresses.Select(address => $"its Dockerfile adds {address}"));
        if (!reads.IsComplete)
        {
            sources.Unknown.Add("its Dockerfile names an image that only the builder knows");
            sources.Services.AddRange(_builders.SelectMany(builders => builders)); // It may be made from any of them.
        }

        return new BuildInputs(
            hash.ToHex(digits: 32),
            [.. sources.Services.Where(other => other != service.Name).Distinct().Order(StringComparer.Ordinal)],
            [.. sources.Images.Distinct().Order(StringComparer.Ordinal)],
            sources.Unknown);
    }

    /// <summary>The ignore file of the Dockerfile holds in place of the context's; where there is none, one may come.</summary>
    private void AddContext(KeyedHash hash, BuildSource build, Sources sources)
    {
        string? ignoreFile = null;
        if (build.Dockerfile is { } file)
        {
            hash.Add(file, inputs.StateOfContent(file));
            hash.Add($"{file}.dockerignore", inputs.StateOfContent($"{file}.dockerignore"));
            ignoreFile = File.Exists($"{file}.dockerignore") ? $"{file}.dockerignore" : null;
        }

        AddFolder(hash, new Input(InputKind.Context, build.Context, ignoreFile), sources);
    }

    private void AddFolder(KeyedHash hash, Input folder, Sources sources)
    {
        var state = inputs.StateOf(folder);
        hash.Add(folder.Path, state);
        if (state == PathState.TooManyEntries)
        {
            sources.Unknown.Add(FormattableString.Invariant(
                $"its build reads {folder.Path}, which has more than {PathState.MaxEntries:N0} files: leave some out in .dockerignore"));
        }
    }

    private void AddFurtherContext(KeyedHash hash, string context, Sources sources)
    {
        const string Service = "service:", Image = "docker-image://", Layout = "oci-layout://";
        if (context.StartsWith(Service, StringComparison.Ordinal))
        {
            sources.Services.Add(context[Service.Length..]);
        }
        else if (context.StartsWith(Image, StringComparison.Ordinal))
        {
            AddImage(context[Image.Length..], sources);
        }
        else if (Folder(context.StartsWith(Layout, StringComparison.Ordinal) ? context[Layout.Length..].Split('@')[0] : context)
            is { } folder)
        {
            // Whether its own ignore file holds depends on the builder: everything counts.
            AddFolder(hash, new Input(InputKind.Context, folder, ""), sources);
        }
        else
        {
            sources.Unknown.Add($"its build reads {context}, which is fetched");
        }
    }

    private string? Folder(string context) =>
        context.Contains("://", StringComparison.Ordinal) || context.StartsWith("git@", StringComparison.Ordinal) ? null
        : Path.GetFullPath(context, directory) is var full && (Path.IsPathRooted(context) || inputs.IsFolder(full)) ? full : null;

    private void AddImage(string image, Sources sources)
    {
        if (_builders.Contains(ImageName.Full(image)))
        {
            sources.Services.AddRange(_builders[ImageName.Full(image)]);
        }
        else
        {
            sources.Images.Add(image);
        }
    }

    private DockerfileReads Dockerfile(BuildSource build)
    {
        var arguments = build.Json.Members("args").Where(argument => argument.Value.ValueKind != JsonValueKind.Null)
            .ToDictionary(argument => argument.Name, argument => ResolvedService.Unescape(argument.Value.ToString()));
        var text = build.Inline ?? (build.Dockerfile is { } file && inputs.Content(file) is { } content
            ? Encoding.UTF8.GetString(content) : null);
        return text is null ? DockerfileReads.None : DockerfileReads.Parse(text, arguments);
    }

    private sealed record Sources(List<string> Services, List<string> Images, List<string> Unknown);
}
