namespace Harbor.Descriptors.Reading;

/// <summary>The services that steps and hooks name, to be checked once everything is read.</summary>
internal sealed class ReferenceList
{
    private readonly List<(Location At, string Key, string Service)> references = [];
    private bool undecidable;

    public void Add(Location at, string key, string? service)
    {
        if (!string.IsNullOrEmpty(service))
        {
            references.Add((at, key, service));
        }
    }

    /// <summary>For a descriptor whose services could not be read: what names one can't be judged.</summary>
    public void GiveUp() => undecidable = true;

    /// <summary>
    /// A service is one of a profile, one with a folder under <c>stacks/</c>, or one that a compose file mentions: compose files define services
    /// beside the one that they are named after, and none is parsed for this.
    /// </summary>
    public IEnumerable<Problem> Unknown(ProjectPaths paths, Descriptor descriptor)
    {
        if (undecidable)
        {
            yield break;
        }

        var known = descriptor.Profiles.Values.SelectMany(profile => profile.Services).ToHashSet(StringComparer.Ordinal);
        var mentions = new ComposeMentions(Path.Combine(paths.Root, descriptor.Source.Directory));
        foreach (var (at, key, service) in references)
        {
            if (!known.Contains(service) && !Directory.Exists(Path.Combine(paths.Stacks, service)) && !mentions.Contains(service))
            {
                yield return at.Problem($"'{key}' names the service '{service}', which no profile and no compose file knows.{Nearest.Hint(service, known)}");
            }
        }
    }
}
