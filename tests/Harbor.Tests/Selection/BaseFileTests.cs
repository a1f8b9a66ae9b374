using Harbor.Selection;

namespace Harbor.Tests.Selection;

/// <summary>The base file where none is named, and Compose's override file.</summary>
public sealed class BaseFileTests
{
    [Theory]
    [InlineData("docker-compose.yaml", "docker-compose.yaml")]
    [InlineData("docker-compose.yaml docker-compose.yml", "docker-compose.yml")]
    [InlineData("docker-compose.yml compose.yml", "compose.yml")]
    [InlineData("compose.yml compose.yaml", "compose.yaml")]
    [InlineData("compose.web.yml", "compose.yml")] // Which does not exist, and that is said.
    public void The_base_file_is_the_one_that_Compose_would_read(string names, string expected) =>
        Assert.Equal([expected], Select(names, new()).Files);

    [Fact]
    public void Base_files_that_are_not_read_are_a_warning() => Assert.Equal(
        ["compose.yml is the base file, as in Compose; docker-compose.yml is not read. Delete what you don't need, or name the base files "
            + "in source.rules.base."],
        Select("docker-compose.yml compose.yml", new()).Warnings);

    [Theory]
    [InlineData("docker-compose.yml docker-compose.override.yml", "docker-compose.yml docker-compose.override.yml")]
    [InlineData("compose.yml docker-compose.override.yaml compose.override.yaml", "compose.yml compose.override.yaml")]
    public void The_override_file_is_read_where_Compose_reads_it(string names, string expected) =>
        Assert.Equal(expected.Split(' '), Select(names, new()).Files);

    [Fact]
    public void The_override_file_is_left_out_where_other_files_are_selected_and_its_word_brings_it_back()
    {
        const string Names = "docker-compose.yml docker-compose.override.yml docker-compose.prod.yml";

        var prod = Select(Names, new() { Options = ["prod"] });
        var both = Select(Names, new() { Options = ["prod", "override"] });

        Assert.Equal(["docker-compose.yml", "docker-compose.prod.yml"], prod.Files);
        Assert.StartsWith("docker-compose.override.yml is not read, because docker-compose.prod.yml is selected",
            Assert.Single(prod.Warnings), StringComparison.Ordinal);
        Assert.Equal(["docker-compose.yml", "docker-compose.override.yml", "docker-compose.prod.yml"], both.Files);
        Assert.Empty(both.Warnings);
        Assert.Empty(both.Services);
    }

    [Fact]
    public void Named_base_files_leave_out_the_override_file_and_the_default() => Assert.Equal(
        ["docker-compose.yml"],
        Select("compose.yml docker-compose.yml compose.override.yml", new(), new() { Base = ["docker-compose.yml"] }).Files);

    [Fact]
    public void Source_explains_base_and_override_files()
    {
        var folder = ComposeFolder.FromNames("compose.yml docker-compose.yml compose.override.yml docker-compose.dev.yml".Split(' '));

        Assert.Equal(
            """
            + compose.yml: base file
            + compose.override.yml: override file: nothing but the base file is selected, so that Compose would read it too
            - docker-compose.dev.yml: plain file: dev not selected
            - docker-compose.yml: compose.yml is the base file, as in Compose
            """,
            string.Join('\n', ComposeSelection.Explain(folder, new(), new())
                .Select(item => $"{(item.Selected ? '+' : '-')} {item.File}: {item.Reason}")));
    }

    private static SelectionResult Select(string names, SelectionRequest request, SelectionRules? rules = null) =>
        ComposeSelection.Select(ComposeFolder.FromNames(names.Split(' ')), rules ?? new(), request);
}
