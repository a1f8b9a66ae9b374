namespace Harbor.Selection;

/// <summary>
/// The words of a request as services, options and capabilities, and as the one set that the rule works on.
/// </summary>
internal sealed class SelectionWords
{
    public const string Star = "*";

    public SelectionWords(SelectionRules rules, SelectionRequest request)
    {
        KnownCapabilities = new WordSet([.. rules.Capabilities]);
        var services = new List<string>(request.Services);
        var options = new List<string>(request.Options);
        if (!request.NoDefaults)
        {
            services.AddRange(request.ProfileServices);
        }

        foreach (var option in request.ProfileOptions)
        {
            if (!request.NoDefaults || KnownCapabilities.Contains(option))
            {
                options.Add(option);
            }
        }

        var capabilities = options.FindAll(option => KnownCapabilities.Contains(option));
        options.RemoveAll(option => KnownCapabilities.Contains(option));
        capabilities.AddRange(request.Capabilities);
        Named = new WordSet([.. options, .. capabilities]);
        capabilities.AddRange(request.Detected);
        Services = new WordSet(services);
        Options = new WordSet(options);
        Capabilities = new WordSet(capabilities);
        All = new WordSet([.. services, .. options, .. capabilities]);
    }

    public WordSet KnownCapabilities { get; }

    public WordSet Services { get; }

    public WordSet Options { get; }

    public WordSet Capabilities { get; }

    /// <summary>Options and capabilities that a person wrote down.</summary>
    public WordSet Named { get; }

    public WordSet All { get; }
}
