namespace Harbor.Frosting.Tests.Doubles;

internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("frosting-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
