namespace Harbor.Descriptors.Reading;

/// <summary>Collects the services that steps and hooks name. They are checked after all files are read.</summary>
internal sealed class ReferenceList
{
    private readonly List<(Location At, string Key, string Service)> references = [];
    private bool isUnchecked;

    public void Add(Location at, string key, string? service)
    {
        if (!string.IsNullOrEmpty(service))
        {
            references.Add((at, key, service));
        }
    }

    /// <summary>Turns the check off, because the descriptor's list of services could not be read.</summary>
    public void TurnOff() => isUnchecked = true;

    /// <summary>
    /// The references to unknown services. A service is known if a profile lists it, it has a folder under <c>stacks/</c>, or a compose
    /// file mentions it.
    /// </summary>
    public IEnumerable<Problem> Unknown(ProjectPaths paths, Descriptor descriptor)
    {
        if (isUnchecked)
        {
            yield break;
        }

        var known = descriptor.Profiles.Values.SelectMany(profile => profile.Services).ToHashSet(StringComparer.Ordinal);
        var mentions = new ComposeMentions(
            Path.Combine(paths.Root, descriptor.Source.Directory),
            [.. descriptor.Source.Rules.Base ?? [], .. descriptor.Profiles.Values.SelectMany(profile => profile.Files ?? [])]);
        foreach (var (at, key, service) in references)
        {
            if (!known.Contains(service) && !Directory.Exists(Path.Combine(paths.Stacks, service)) && !mentions.Contains(service))
            {
                yield return at.Problem(
                    $"'{key}' names the service '{service}', but no profile and no compose file has it.{Nearest.Hint(service, known)}");
            }
        }
    }
}
