using Harbor.Descriptors;
using Harbor.Tests.Stacks;

namespace Harbor.Tests.Descriptors;

public sealed class DescriptorDraftTests
{
    [Theory]
    [InlineData("compose-yaml")]
    [InlineData("variants")]
    [InlineData("override")]
    [InlineData("env-settings")]
    [InlineData("env-files")]
    [InlineData("includes")]
    public async Task A_draft_deploys_what_is_deployed_without_it(string layout)
    {
        using var project = new LayoutProject(layout);
        var before = await project.ResolveAsync();
        var draft = DescriptorDraft.Make(project.Paths);

        project.Write("etc/harbor.yaml", draft.Text);
        var after = await project.ResolveAsync();

        Assert.StartsWith("# yaml-language-server: $schema=../var/harbor.schema.json\n", draft.Text, StringComparison.Ordinal);
        Assert.Equal(before.Model.Text, after.Model.Text);
        Assert.Equal(draft.Project, after.Model.Project);
    }

    [Fact]
    public void It_adds_to_gitignore_what_is_missing_there()
    {
        using var project = new LayoutProject("variants");
        project.Write(".gitignore", "*.log\nvar/");

        var draft = DescriptorDraft.Make(project.Paths);

        Assert.Equal("*.log\nvar/\n/.env.local\n/etc/secrets.env\n", draft.GitIgnore("*.log\nvar/"));
        Assert.Contains(draft.Found, line => line.Contains("docker-compose.prod.yaml", StringComparison.Ordinal));
    }

    [Fact]
    public void A_descriptor_that_is_there_is_not_replaced()
    {
        using var project = new LayoutProject("services-folder");

        Assert.StartsWith("etc/harbor.yaml is there already", Assert.Throws<InvalidStackException>(
            () => DescriptorDraft.Make(project.Paths)).Message, StringComparison.Ordinal);
    }
}
