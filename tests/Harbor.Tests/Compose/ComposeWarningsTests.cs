using Harbor.Compose;

namespace Harbor.Tests.Compose;

public sealed class ComposeWarningsTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Variables_that_are_not_set_are_one_line_with_their_places_and_the_file_that_sets_them()
    {
        _project.Write("compose.yml", "services:\n  web:\n    image: x\n    environment: { A: $LIBRARY, B: $VERSION, C: $LIBRARY }\n");
        _project.Write(".env", "LIBRARY=/data\nOTHER=1\n");

        var folded = ComposeWarnings.Fold(
        [
            Warning("The \\\"VERSION\\\" variable is not set. Defaulting to a blank string."),
            Warning("The \\\"LIBRARY\\\" variable is not set. Defaulting to a blank string."),
            Warning("The \\\"LIBRARY\\\" variable is not set. Defaulting to a blank string."),
            Warning("/x/compose.yml: `version` is obsolete"),
            "invalid spec: :/var/lib: empty section between colons",
        ], [Path.Combine(_project.Folder, "compose.yml")], new ProjectPaths(_project.Folder));

        Assert.Equal(
        [
            "Not set in any layer, so empty in the compose files: LIBRARY (compose.yml:4), VERSION (compose.yml:4).",
            ".env sets LIBRARY, but no layer reads that file. Add it to prepare.env.sources in etc/harbor.yaml: " +
                "- { type: dotenv, file: .env }",
            "/x/compose.yml: `version` is obsolete",
            "invalid spec: :/var/lib: empty section between colons",
        ], folded);
    }

    private static string Warning(string text) => $"time=\"2026-11-27T10:00:00Z\" level=warning msg=\"{text}\"";
}
