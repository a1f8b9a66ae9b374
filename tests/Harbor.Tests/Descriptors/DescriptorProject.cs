using Harbor.Descriptors;

namespace Harbor.Tests.Descriptors;

/// <summary>A project root in a temporary folder called <c>My Project</c>.</summary>
internal sealed class DescriptorProject : IDisposable
{
    public static string Data { get; } = Path.Combine(AppContext.BaseDirectory, "Data", "descriptors");

    private readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("harbor-descriptor-");

    public DescriptorProject(string? descriptor = null)
    {
        Paths = new ProjectPaths(Path.Combine(temporary.FullName, "My Project"));
        Directory.CreateDirectory(Paths.Root);
        if (descriptor is not null)
        {
            Write("etc/harbor.yaml", descriptor);
        }
    }

    public ProjectPaths Paths { get; }

    public DescriptorProject Write(string path, string content) => Write(path, System.Text.Encoding.UTF8.GetBytes(content));

    public DescriptorProject Write(string path, byte[] content)
    {
        var full = Path.Combine(Paths.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
        return this;
    }

    public Descriptor Read() => DescriptorReader.Read(Paths);

    /// <summary>The problems as the user sees them, one a line.</summary>
    public string Problems() => Assert.Throws<InvalidStackException>(Read).Message;

    public void Dispose() => temporary.Delete(recursive: true);
}
