using System.Text;
using Harbor.Selection;

namespace Harbor.Descriptors;

/// <summary>
/// A descriptor for a project that has compose files only: it says what Harbor does there without one, so that it can be changed.
/// </summary>
/// <param name="Text">For <c>etc/harbor.yaml</c>.</param>
/// <param name="Ignored">Lines that <c>.gitignore</c> does not have yet.</param>
/// <param name="Found">What the draft is made from, as sentences.</param>
public sealed record DescriptorDraft(string Project, string Text, IReadOnlyList<string> Ignored, IReadOnlyList<string> Found)
{
    /// <summary>Where the schema is written for editors, relative to the root; git does not commit <c>var</c>.</summary>
    public const string Schema = "var/harbor.schema.json";

    private static readonly string[] Private = ["/var/", "/.env.local", "/etc/secrets.env"];

    /// <exception cref="InvalidStackException">There is a descriptor already, or no compose file.</exception>
    public static DescriptorDraft Make(ProjectPaths paths)
    {
        if (File.Exists(paths.Descriptor))
        {
            throw new InvalidStackException($"{paths.Relative(paths.Descriptor)} is there already; nothing was changed.");
        }

        var descriptor = ComposeProjectDefaults.Find(paths) ?? throw new InvalidStackException(
            $"No compose.yaml, compose.yml or docker-compose.yml was found in {paths.Root} or above it. Write one first, or run this "
            + "in a folder that has one.");
        var folder = ComposeFolder.Read(paths.Root);
        var profile = descriptor.Profiles.Values.Single();
        return new DescriptorDraft(
            descriptor.Name, TextOf(descriptor.Name, profile), NotIgnored(paths), [.. Finds(paths, folder, profile)]);
    }

    private static string TextOf(string name, Profile profile)
    {
        var keys = new List<string>();
        if (profile.Files is { } files)
        {
            keys.Add($"files: [{Quoted(files)}]");
        }

        if (profile.ComposeProfiles.Count > 0)
        {
            keys.Add($"composeProfiles: [{Quoted(profile.ComposeProfiles)}]");
        }

        return $$"""
            # yaml-language-server: $schema=../{{Schema}}
            version: 1
            name: {{name}}
            source: { directory: "." }
            profiles:
              default: { {{string.Join(", ", keys)}} } # Without 'services', all services of the compose files.
            prepare:
              env:
                sources: # Later ones override earlier ones.
                  - { type: sys, file: .env, optional: true }
                  - { type: site, optional: true } # etc/site.env; --site NAME adds etc/sites/NAME.env
                  - { type: service, optional: true } # stacks/<service>/service.env
                  - { type: dotenv, optional: true } # .env.local
                  - { type: secrets, optional: true } # etc/secrets.env

            """.Replace("{  }", "{}", StringComparison.Ordinal).ReplaceLineEndings("\n");
    }

    private static IEnumerable<string> Finds(ProjectPaths paths, ComposeFolder folder, Profile profile)
    {
        yield return $"base: {string.Join(", ", profile.Files ?? [folder.DefaultBase])}";
        if (profile.Files is null && folder.Override is { } over)
        {
            yield return $"override: {over}, read where no other file is selected";
        }

        var variants = folder.Names.Except([folder.DefaultBase, folder.Override ?? ""]).Order(StringComparer.Ordinal).ToList();
        if (variants.Count > 0)
        {
            yield return $"selected by the words in their names, as --options WORD: {string.Join(", ", variants.Take(10))}"
                + (variants.Count > 10 ? $" and {variants.Count - 10} more" : "");
        }

        if (File.Exists(Path.Combine(paths.Root, ".env")))
        {
            yield return "variables: .env";
        }
    }

    /// <summary>Adds the missing lines to <c>.gitignore</c>.</summary>
    public string GitIgnore(string before) => before + (before.Length > 0 && !before.EndsWith('\n') ? "\n" : "")
        + string.Concat(Ignored.Select(line => $"{line}\n"));

    private static List<string> NotIgnored(ProjectPaths paths)
    {
        var file = Path.Combine(paths.Root, ".gitignore");
        var lines = File.Exists(file) ? File.ReadAllLines(file, Encoding.UTF8).Select(line => line.Trim().Trim('/')).ToHashSet() : [];
        return [.. Private.Where(line => !lines.Contains(line.Trim('/')))];
    }

    private static string Quoted(IEnumerable<string> items) => string.Join(", ", items.Select(item =>
        $"\"{item.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""));
}
