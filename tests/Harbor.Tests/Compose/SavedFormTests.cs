using Harbor.Planning;

namespace Harbor.Tests.Compose;

/// <summary>Inputs and parts as they stand in var/state, also where an earlier Harbor wrote them.</summary>
public sealed class SavedFormTests
{
    [Theory]
    [InlineData("/p/etc/a.env", InputKind.Content, "/p/etc/a.env")]
    [InlineData("context:/p/app", InputKind.Context, "/p/app")]
    [InlineData("folder:/p/var/run/web/config", InputKind.Folder, "/p/var/run/web/config")]
    [InlineData("image:debian:bookworm", InputKind.Image, "debian:bookworm")]
    [InlineData("context:/p/app\n/p/Dockerfile.dockerignore", InputKind.Context, "/p/app")]
    public void An_input_is_read_as_it_was_written(string text, InputKind kind, string path)
    {
        var input = Input.Parse(text);

        Assert.Equal((kind, path), (input.Kind, input.Path));
        Assert.Equal(text, input.ToString());
        Assert.Equal(text.Contains('\n') ? "/p/Dockerfile.dockerignore" : null, input.IgnoreFile);
    }

    [Theory]
    [InlineData("image", PartKind.Property, "image")]
    [InlineData("environment", PartKind.Property, "environment")]
    [InlineData("environment LEVEL", PartKind.Environment, "LEVEL")]
    [InlineData("label a b", PartKind.Label, "a b")]
    [InlineData("mounted var/run/web/config", PartKind.Mounted, "var/run/web/config")]
    [InlineData("folder var/run/web/config", PartKind.Folder, "var/run/web/config")]
    [InlineData("secret password", PartKind.Secret, "password")]
    [InlineData("config c", PartKind.Config, "c")]
    [InlineData("network n", PartKind.Network, "n")]
    [InlineData("volume v", PartKind.Volume, "v")]
    public void A_part_is_read_as_it_was_written(string text, PartKind kind, string name)
    {
        Assert.Equal(new Part(kind, name), Part.Parse(text));
        Assert.Equal(text, Part.Parse(text).ToString());
    }
}
