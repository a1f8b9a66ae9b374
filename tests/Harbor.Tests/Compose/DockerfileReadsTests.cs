using Harbor.Compose;

namespace Harbor.Tests.Compose;

public sealed class DockerfileReadsTests
{
    [Theory]
    [InlineData("FROM base:1", "base:1")]
    [InlineData("\uFEFFfrom --platform=linux/amd64 base AS one\nFROM one\nCOPY --from=other/tool:2 /a /b", "base other/tool:2")]
    [InlineData("FROM a AS one\nFROM b AS two\nCOPY --from=ONE /a /b\nCOPY --chown=1 --from=0 /a /b\nFROM scratch", "a b")]
    [InlineData("FROM a\nRUN --mount=type=bind,from=tools,target=/t --network=none true", "a tools")]
    [InlineData("FROM a\nONBUILD COPY --from=later /a /b", "a later")]
    [InlineData("FROM \\\n  # a comment between\n  base", "base")]
    [InlineData("# escape=`\nFROM `\n  base", "base")]
    [InlineData("ARG NAME=app\nARG TAG=\"1\" FULL=${NAME}:${TAG}\nFROM $FULL", "app:1")]
    [InlineData("ARG GIVEN=default\nFROM ${GIVEN}", "given")]
    [InlineData("ARG EMPTY\nFROM ${EMPTY:-fallback}", "fallback")]
    [InlineData("FROM a\nARG GIVEN=inside\nRUN echo FROM b", "a")]
    public void The_images_of_a_Dockerfile_are_found(string text, string expected)
    {
        var reads = DockerfileReads.Parse(text, new Dictionary<string, string> { ["GIVEN"] = "given" });

        Assert.Equal(expected, string.Join(' ', reads.Images));
        Assert.True(reads.IsComplete);
    }

    [Theory]
    [InlineData("FROM base-${TARGETARCH}")]
    [InlineData("ARG NONE\nFROM $NONE")]
    public void A_name_that_only_the_builder_knows_is_told(string text) =>
        Assert.False(DockerfileReads.Parse(text, new Dictionary<string, string>()).IsComplete);

    [Fact]
    public void An_address_is_known_only_by_its_checksum()
    {
        var reads = DockerfileReads.Parse("""
            FROM a
            ADD https://example.org/a.tar /a
            ADD --checksum=sha256:0 https://example.org/b.tar /b
            ADD ["git@example.org:x/y.git", "/c"]
            ADD local.txt /d
            """, new Dictionary<string, string>());

        Assert.Equal(["https://example.org/a.tar", "git@example.org:x/y.git"], reads.Addresses);
    }

    [Theory]
    [InlineData("web", "docker.io/library/web:latest")]
    [InlineData("docker.io/library/web:latest", "docker.io/library/web:latest")]
    [InlineData("x/web:1", "docker.io/x/web:1")]
    [InlineData("localhost:5000/web", "localhost:5000/web:latest")]
    [InlineData("ghcr.io/x/web@sha256:0", "ghcr.io/x/web@sha256:0")]
    public void Spellings_of_a_name_are_one_image(string name, string full) => Assert.Equal(full, ImageName.Full(name));
}
