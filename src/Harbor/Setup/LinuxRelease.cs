namespace Harbor.Setup;

/// <summary>This machine's distribution, from <c>/etc/os-release</c>.</summary>
/// <param name="Id"><c>debian</c>, <c>ubuntu</c>, ...</param>
/// <param name="Name">For messages: <c>Debian GNU/Linux 12 (bookworm)</c>.</param>
public sealed record LinuxRelease(string Id, string Name)
{
    public bool HasApt => Id is "debian" or "ubuntu";

    public static LinuxRelease Read() =>
        Parse(File.Exists("/etc/os-release") ? File.ReadAllLines("/etc/os-release") : []);

    public static LinuxRelease Parse(IEnumerable<string> lines)
    {
        var (id, name) = ("linux", "This Linux");
        foreach (var line in lines)
        {
            var value = line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('"', '\'');
            if (line.StartsWith("ID=", StringComparison.Ordinal))
            {
                id = value;
            }
            else if (line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))
            {
                name = value;
            }
        }

        return new LinuxRelease(id, name);
    }
}
