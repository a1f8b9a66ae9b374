using System.Text;
using Harbor.Environments;
using Harbor.Selection;
using Harbor.Yaml;

namespace Harbor.Descriptors;

/// <summary>
/// What stands for <c>etc/harbor.yaml</c> in a folder that has compose files only: what Compose would do there. Name, profiles and files
/// come from <c>.env</c>, where Compose looks for them too.
/// </summary>
internal static class ComposeProjectDefaults
{
    private const string EnvFile = ".env";

    private static readonly Location NoFile = new("no descriptor", 0, 0);

    /// <summary>The lowest layer, so that a site and <c>.env.local</c> override it.</summary>
    private static readonly EnvironmentSource Layer =
        EnvironmentSource.InFile(LayerKind.Sys, EnvFile) with { Optional = true, IsHeeded = true };

    /// <summary>Null if the folder has no file that Compose would read by itself.</summary>
    /// <exception cref="InvalidStackException">The project has no name.</exception>
    public static Descriptor? Find(ProjectPaths paths)
    {
        var found = ComposeFolder.DefaultsIn(paths.Root);
        var settings = Settings(paths.Root);
        if (found.Count == 0 && !settings.ContainsKey("COMPOSE_FILE"))
        {
            return null;
        }

        var separator = settings.GetValueOrDefault("COMPOSE_PATH_SEPARATOR") is { Length: > 0 } given ? given : ":";
        var files = List(settings, "COMPOSE_FILE", separator);
        var profile = new Profile(NoFile, "default")
        {
            ComposeProfiles = List(settings, "COMPOSE_PROFILES", ",") ?? [],
            Files = files is null ? null : [.. files.Select(file => Path.GetRelativePath(paths.Root, Path.GetFullPath(file, paths.Root)))],
        };
        return new Descriptor
        {
            Name = NameOf(paths.Root, settings, profile.Files ?? [.. found.Take(1)]),
            Profiles = new Dictionary<string, Profile> { [profile.Name] = profile },
            Source = new SourceSection { Directory = "." },
            Prepare = new PrepareSection { Sources = [Layer, .. EnvironmentSource.Defaults] },
            Deploy = new DeploySection { Steps = [Step.Default(StepAction.ComposeUp, NoFile)] },
            Destroy = new DestroySection { Steps = [Step.Default(StepAction.ComposeDown, NoFile)] },
        };
    }

    /// <summary>Compose's own variables in <c>.env</c>.</summary>
    private static Dictionary<string, string> Settings(string root)
    {
        var result = new Dictionary<string, string>();
        var path = Path.Combine(root, EnvFile);
        if (!File.Exists(path))
        {
            return result;
        }

        foreach (var entry in DotenvFile.Parse(File.ReadAllBytes(path), EnvFile).Entries)
        {
            if (entry.Text is not null && entry.Name.StartsWith("COMPOSE_", StringComparison.Ordinal))
            {
                result[entry.Name] = entry.Quoting == DotenvQuoting.SingleQuoted ? entry.Text
                    : Interpolation.Expand(entry.Text, result.GetValueOrDefault, _ => { });
            }
        }

        return result;
    }

    private static string[]? List(Dictionary<string, string> settings, string name, string separator) =>
        settings.GetValueOrDefault(name) is { Length: > 0 } value
            ? value.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : null;

    /// <summary>As Compose derives it: from <c>.env</c>, from the last file with a <c>name</c>, or from the folder.</summary>
    private static string NameOf(string root, Dictionary<string, string> settings, IReadOnlyList<string> files)
    {
        var folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(root));
        var name = settings.GetValueOrDefault("COMPOSE_PROJECT_NAME") is { Length: > 0 } given ? given
            : files.Select(file => NameIn(Path.Combine(root, file))).LastOrDefault(found => found is not null) ?? folder;
        return ProjectName.FromText(name) ?? throw new InvalidStackException(
            $"The project has no name, because '{Excerpt.Of(name)}' contains no letter or digit: write 'name: my-project' into "
            + $"{files[0]}.");
    }

    /// <summary>Null where there is none, and where it can't be read: Compose reports the file.</summary>
    private static string? NameIn(string file)
    {
        try
        {
            return YamlTree.ReadCompose(Encoding.UTF8.GetString(File.ReadAllBytes(file)), file)
                .Select(document => document["name"]).OfType<YamlScalar>()
                .Select(name => name.Value).LastOrDefault(name => !name.Contains('$'));
        }
        catch (Exception e) when (e is InvalidStackException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
