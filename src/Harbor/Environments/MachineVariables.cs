namespace Harbor.Environments;

/// <summary>
/// The values of this machine that compose files may use, as with plain Compose: the home folder and the proxies. They count as inputs like
/// any other value; a layer that sets a proxy variable overrides it.
/// </summary>
public static class MachineVariables
{
    public static IReadOnlyList<string> Names { get; } =
        ["HOME", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

    /// <param name="process">The environment of this process.</param>
    internal static IEnumerable<KeyValuePair<string, EnvironmentValue>> Find(IReadOnlyDictionary<string, string> process) =>
        from name in Names
        where process.ContainsKey(name)
        let value = process[name]
        select KeyValuePair.Create(name, new EnvironmentValue(value, Origin.Machine, HasPassword(value)));

    /// <summary>As in <c>http://user:password@proxy:3128</c>.</summary>
    private static bool HasPassword(string value) => value.Contains('@');
}
