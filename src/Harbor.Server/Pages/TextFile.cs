namespace Harbor.Server.Pages;

/// <summary>A whole log as text: no browser takes it for anything else (nosniff).</summary>
internal static class TextFile
{
    /// <summary>Opened so that the writer can go on.</summary>
    public static IResult Of(string path) => Results.Stream(
        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), "text/plain; charset=utf-8");
}
