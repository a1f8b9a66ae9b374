using Harbor.Compose;
using Harbor.Processes;

namespace Harbor.Tests.Compose;

public sealed class ComposeInputsTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Env_files_label_files_included_and_extended_files_are_found_through_each_other()
    {
        _project.Write("compose.yml", """
            include:
              - sub/inc.yml
              - path: [more/a.yml, other/b.yml]
            x-common: &common
              env_file: common.env
            services:
              a:
                <<: *common
                label_file: a.labels
                extends: {file: base/base.yml, service: base}
              c: { env_file: [a.env, {path: ./b.env, required: false, format: raw}], extends: a }
            """);
        _project.Write("base/base.yml", "services: {base: {env_file: base.env, extends: {file: ../compose.yml, service: a}}}");
        _project.Write("sub/inc.yml", "services: {i: {env_file: '${NAME}.env'}}");
        _project.Write("other/b.yml", "services: {o: {env_file: o.env}}"); // All files of one include have the first one's folder.

        Assert.Equal(
            "a.env a.labels b.env base/base.env base/base.yml common.env compose.yml more/.env more/a.yml more/o.env other/b.yml " +
            "sub/.env " +
            "sub/inc.env sub/inc.yml",
            Paths(("NAME", "inc")));
    }

    [Fact]
    public void Later_documents_of_a_file_count_as_the_first_one_does()
    {
        _project.Write("compose.yml", """
            services: {a: {env_file: one.env}}
            ---
            include: [sub/inc.yml]
            services: {a: {env_file: two.env}}
            ---
            services: {b: {extends: {file: base.yml, service: b}}}
            """);

        Assert.Equal("base.yml compose.yml one.env sub/.env sub/inc.yml two.env", Paths());
    }

    [Fact]
    public void An_include_has_its_own_folder_and_variables()
    {
        _project.Write("compose.yml", """
            include:
              - {path: sub/c.yml, project_directory: pd, env_file: [my.env, your.env]}
              - sub/d.yml
            """);
        _project.Write("my.env", "A=mine\nB='$A'\nSET=no\n");
        _project.Write("your.env", "C=${A}-x\n");
        _project.Write("sub/.env", "D=dot\n");
        _project.Write("sub/c.yml", "include: [n.yml]\nservices: {c: {env_file: ['${A}.env', '${C}.env', '${SET}.env', '${D-none}.env']}}");
        _project.Write("pd/n.yml", "services: {n: {env_file: '${C}.n.env'}}");
        _project.Write("sub/d.yml", "services: {d: {env_file: '${D}.env'}}");

        Assert.Equal(
            "compose.yml my.env pd/.env pd/mine-x.env pd/mine-x.n.env pd/mine.env pd/n.yml pd/none.env pd/set.env sub/.env sub/c.yml " +
            "sub/d.yml sub/dot.env your.env",
            Paths(("SET", "set")));
    }

    [Fact]
    public void What_Compose_fills_in_by_itself_is_filled_in()
    {
        _project.Write("compose.yml", "services: {a: {env_file: ['${COMPOSE_PROJECT_NAME}.env', '${PWD}/b.env']}}");

        Assert.Equal("b.env compose.yml p.env", Paths());
    }

    [Fact]
    public void A_byte_order_mark_hides_nothing()
    {
        _project.Write("compose.yml", "\uFEFFservices: {a: {env_file: a.env}}\n");

        Assert.Equal("a.env compose.yml", Paths());
    }

    [Theory]
    [InlineData("services: {web: {env_file: '${WHO:?}.env'}}", "web: the path ${WHO:?}.env can't be filled in")]
    [InlineData("include: ['https://github.com/x/y.git']", "all: https://github.com/x/y.git is fetched by Compose")]
    [InlineData("include: ['oci://docker.io/x/y:1']", "all: oci://docker.io/x/y:1 is fetched by Compose")]
    [InlineData(
        "services: {web: {extends: {file: 'git@github.com:x/y.git', service: a}}}", "web: git@github.com:x/y.git is fetched by Compose")]
    [InlineData("services: {web: {env_file: [[a.env]]}}", "web: a path in the compose files has an unusual form")]
    [InlineData("a: [", "all: compose.yml can't be read as Compose reads it")]
    public void What_can_not_be_looked_at_is_named(string text, string expected)
    {
        _project.Write("compose.yml", text);

        Assert.Equal([expected], Find().Unknown.Select(input => $"{input.Service ?? "all"}: {input.Why}"));
    }

    [Theory]
    [InlineData("x-a: &a a.env\nservices: {a: {env_file: *a}}")]
    [InlineData("x-a: &a [a.env]\nservices: {a: {env_file: *a}}")]
    public void An_alias_names_what_its_anchor_does(string text)
    {
        _project.Write("compose.yml", text);

        Assert.Equal("a.env compose.yml", Paths());
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

        var inputs = Find();

        Assert.Equal(["a.env", "'b.env'", "\"c.env\"", "d.env", "&e ./e.env"], inputs.EnvFiles.Select(file => Text[file.Start..file.End]));
        Assert.Equal(["a.env", "b.env", "c.env", "d.env", "e.env"],
            inputs.EnvFiles.Select(file => Path.GetRelativePath(_project.Folder, file.Path)));
    }

    [Theory]
    [InlineData("services: {a: {env_file: !override a.env}}")]
    [InlineData("services:\n  a:\n    env_file: >-\n      a.env\n    image: x")]
    [InlineData("services: {a: {env_file: a.env}, b: {extends: {file: compose.yml, service: a}}}")]
    [InlineData("include: [compose.yml]\nservices: {a: {env_file: a.env}}")]
    public void No_other_name_is_put_where_it_would_mean_something_else_or_not_be_read(string text)
    {
        _project.Write("compose.yml", text);

        Assert.False(Assert.Single(Find().EnvFiles).IsPlain);
    }

    [Fact]
    public void A_label_that_is_called_env_file_names_none()
    {
        _project.Write("compose.yml", "services: {a: {labels: {env_file: a.env}, environment: {label_file: b.env}}}");

        Assert.Empty(Find().EnvFiles);
    }

    [Fact]
    public void A_deeply_nested_file_is_left_to_compose()
    {
        _project.Write("compose.yml", new string('[', 200_000));

        Assert.Single(Find().Unknown);
    }

    [Theory]
    [InlineData("include: [pipe]\n")]
    [InlineData("include: [{ path: other.yml, env_file: pipe }]\n")]
    [InlineData("services: { a: { extends: { file: pipe, service: a } } }\n")]
    public async Task A_pipe_is_never_opened_and_makes_the_answer_not_known(string compose)
    {
        _project.Write("compose.yml", compose);
        _project.Write("other.yml", "services: {}\n");
        await new Command(TestScope.New(), "mkfifo", Path.Combine(_project.Folder, "pipe"))
            .RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal("pipe can't be read", Assert.Single(Find().Unknown).Why);
    }

    private ComposeInputs Find(params (string Name, string Value)[] variables)
    {
        foreach (var (name, value) in variables)
        {
            _project.Variables[name] = value;
        }

        return _project.Project.FindInputs();
    }

    /// <summary>Relative, in order; everything is known.</summary>
    private string Paths(params (string Name, string Value)[] variables)
    {
        var inputs = Find(variables);
        Assert.Empty(inputs.Unknown);
        return string.Join(
            ' ', inputs.Paths.Select(path => Path.GetRelativePath(_project.Folder, path)).Order(StringComparer.Ordinal));
    }
}
