using Harbor.Compose;

namespace Harbor.Tests.Compose;

public sealed class ComposeInputsTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Env_files_included_and_extended_files_are_found_through_each_other()
    {
        _project.Write("compose.yml", """
            include:
              - sub/inc.yml
              - path: [more/a.yml, more/b.yml]
            x-common: &common
              env_file: common.env
            services:
              a:
                <<: *common
                env_file: [a.env, {path: ./b.env, required: false}]
                extends: {file: base/base.yml, service: base}
            """);
        _project.Write("base/base.yml", "services: {base: {env_file: base.env, extends: {file: ../compose.yml, service: a}}}");
        _project.Write("sub/inc.yml", "services: {i: {env_file: '${NAME}.env'}}");

        var inputs = ComposeInputs.Find(_project.Project, text => text.Replace("${NAME}", "inc", StringComparison.Ordinal));

        Assert.True(inputs.IsComplete);
        Assert.Equal(
            "a.env b.env base/base.env base/base.yml common.env compose.yml more/.env more/a.yml more/b.yml sub/.env sub/inc.env sub/inc.yml",
            string.Join(' ', inputs.Paths.Distinct().Select(path => Path.GetRelativePath(_project.Folder, path)).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_name_that_cannot_be_filled_in_makes_the_list_incomplete()
    {
        _project.Write("compose.yml", "services: {a: {env_file: '${WHO:?}.env'}}");

        Assert.False(ComposeInputs.Find(_project.Project, _ => throw new InvalidStackException("WHO")).IsComplete);
    }

    [Theory]
    [InlineData("x-a: &a a.env\nservices: {a: {env_file: *a}}")]
    [InlineData("x-a: &a [a.env]\nservices: {a: {env_file: *a}}")]
    public void An_alias_for_a_name_makes_the_list_incomplete(string text)
    {
        _project.Write("compose.yml", text);

        Assert.False(ComposeInputs.Find(_project.Project, name => name).IsComplete);
    }

    [Fact]
    public void The_places_of_env_files_are_those_of_their_names_with_quotes_and_anchors()
    {
        const string Text = """
            services: # ä 😀
              a: {env_file: [a.env , 'b.env', "c.env"]}
              b:
                env_file: d.env   # the fourth
              c:
                env_file:
                  - path: &e ./e.env
                    required: false
            """;
        _project.Write("compose.yml", Text);

        var inputs = ComposeInputs.Find(_project.Project, name => name);

        Assert.Equal(["a.env", "'b.env'", "\"c.env\"", "d.env", "&e ./e.env"], inputs.EnvFiles.Select(file => Text[file.Start..file.End]));
        Assert.Equal(["a.env", "b.env", "c.env", "d.env", "e.env"], inputs.EnvFiles.Select(file => Path.GetRelativePath(_project.Folder, file.Path)));
    }

    [Theory]
    [InlineData("services: {a: {env_file: !override a.env}}")]
    [InlineData("services:\n  a:\n    env_file: >-\n      a.env\n    image: x")]
    [InlineData("services: {a: {env_file: a.env}, b: {extends: {file: compose.yml, service: a}}}")]
    [InlineData("include: [compose.yml]\nservices: {a: {env_file: a.env}}")]
    public void No_other_name_is_put_where_it_would_mean_something_else_or_not_be_read(string text)
    {
        _project.Write("compose.yml", text);

        Assert.False(Assert.Single(ComposeInputs.Find(_project.Project, name => name).EnvFiles).IsPlain);
    }

    [Fact]
    public void A_label_that_is_called_env_file_names_none()
    {
        _project.Write("compose.yml", "services: {a: {labels: {env_file: a.env}, environment: {label_file: b.env}}}");

        Assert.Empty(ComposeInputs.Find(_project.Project, name => name).EnvFiles);
    }

    [Fact]
    public void Broken_or_deeply_nested_files_are_left_to_compose()
    {
        _project.Write("compose.yml", new string('[', 200_000));
        Assert.False(ComposeInputs.Find(_project.Project, text => text).IsComplete);

        _project.Write("compose.yml", "a: [");
        Assert.False(ComposeInputs.Find(_project.Project, text => text).IsComplete);
    }
}
