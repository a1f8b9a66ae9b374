using Harbor.Secrets.Age;

namespace Harbor.Tests.Secrets.Age;

/// <summary>Files that others wrote: see Data/secrets/README.md.</summary>
internal static class AgeData
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Data", "secrets");

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    /// <summary>The first identity of a file of keys.</summary>
    public static AgeIdentity Identity(string name) =>
        AgeIdentity.Parse(File.ReadLines(Path.Combine(Folder, name)).First(line => line.StartsWith("AGE-", StringComparison.Ordinal)));

    public static AgeException Refused(Action act, AgeFault fault)
    {
        var exception = Assert.Throws<AgeException>(act);
        Assert.Equal((fault, exception.Message), (exception.Fault, exception.Message));
        Assert.Null(exception.InnerException);
        return exception;
    }
}
