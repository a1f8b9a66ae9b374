namespace Harbor.Server.Pages;

/// <summary>The section <c>Pages</c> of the settings.</summary>
public sealed class PageSettings
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Names that the pages answer to beside loopback's, separated by commas; <c>*</c>: any.</summary>
    public string Hosts { get; set; } = "";

    /// <summary>How long a sign-in lasts.</summary>
    public double SignedInHours { get; set; } = 24;

    /// <summary>Without the port: a page of another site that has itself a name with our address must not reach us.</summary>
    public bool Takes(HostString host)
    {
        var known = Hosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return host.HasValue && (Loopback.Concat(known).Contains(host.Host, StringComparer.OrdinalIgnoreCase) || known.Contains("*"));
    }
}
