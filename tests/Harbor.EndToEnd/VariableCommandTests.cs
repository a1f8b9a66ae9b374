namespace Harbor.EndToEnd;

/// <summary>config and env, without an engine.</summary>
public sealed class VariableCommandTests : IAsyncDisposable
{
    private readonly TestProject _project = new();

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    [Fact]
    public async Task A_variable_is_set_read_and_unset_and_the_line_is_named()
    {
        const string Odd = "a b$c \"q\" 's' \\ -x";

        var set = await _project.ExpectAsync(0, "config", "set", "LEVEL", "a", "b$c", "\"q\"", "'s'", "\\", "-x");
        var get = await _project.ExpectAsync(0, "config", "get", "level");
        var search = await _project.ExpectAsync(0, "config", "search", "level");
        var unset = await _project.ExpectAsync(0, "config", "unset", "LEVEL");
        var again = await _project.ExpectAsync(2, "config", "unset", "LEVEL");
        var unknown = await _project.ExpectAsync(2, "config", "get", "LEVL");

        Assert.Equal($".env.local:1: LEVEL={Odd}\n", set.Output);
        Assert.Equal(Odd + "\n", get.Output);
        Assert.Contains($"LEVEL  {Odd}  .env.local:1", search.Output);
        Assert.Equal(".env.local:1: LEVEL is removed\n", unset.Output);
        Assert.Contains("etc/sys.env:2 still sets it.", unset.Error);
        Assert.Equal(".env.local does not set LEVEL. etc/sys.env:2 does.", again.Error.Trim());
        Assert.Equal("No layer sets LEVL. Did you mean 'LEVEL'?", unknown.Error.Trim());
    }

    [Fact]
    public async Task A_secret_is_set_where_it_is_and_neither_printed_nor_kept_in_the_history()
    {
        const string Value = "an0ther-s3cret-Zq81";

        var set = await _project.ExpectAsync(0, "config", "set", "PASSWORD", Value);
        var get = await _project.ExpectAsync(0, "config", "get", "PASSWORD");
        var plain = await _project.ExpectAsync(0, "config", "set", "API_KEY", Value);

        Assert.Equal($"PASSWORD={Value}\n", _project.Read("etc/secrets.env"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_project.PathOf("etc/secrets.env")));
        Assert.Equal("etc/secrets.env:1: PASSWORD is set\n", set.Output);
        Assert.Equal("***\n", get.Output);
        Assert.Contains("API_KEY looks like a secret, and .env.local is no file of secrets", plain.Error);
        foreach (var file in Directory.EnumerateFiles(_project.PathOf("var"), "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(Value, File.ReadAllText(file), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_value_from_standard_input_may_have_lines_and_an_empty_one_is_refused()
    {
        var set = _project.Command("config", "set", "LEVEL") with { Input = "one\ntwo\n" };
        Assert.Equal(0, (await set.TryRunAsync(CancellationToken.None)).ExitCode);

        Assert.Equal("one\ntwo\n", (await _project.ExpectAsync(0, "config", "get", "LEVEL")).Output);
        var empty = await (set with { Input = "" }).TryRunAsync(CancellationToken.None);
        Assert.Equal((2, "The value of LEVEL is empty. To set it so, type: LEVEL ''"), (empty.ExitCode, empty.Error.Trim()));
        await _project.ExpectAsync(0, "config", "set", "LEVEL", "");
        Assert.Equal("\n", (await _project.ExpectAsync(0, "config", "get", "LEVEL")).Output);
    }

    [Fact]
    public async Task A_service_has_values_of_its_own()
    {
        var set = await _project.ExpectAsync(0, "env", "web", "set", "LEVEL", "9");
        var web = await _project.ExpectAsync(0, "env", "web", "get", "LEVEL");
        var worker = await _project.ExpectAsync(0, "env", "worker", "get", "LEVEL");
        var unknown = await _project.ExpectAsync(2, "env", "wbe", "set", "LEVEL", "9");
        var verb = await _project.ExpectAsync(2, "env", "web", "sett");
        await _project.ExpectAsync(0, "env", "web", "unset", "LEVEL");

        Assert.Equal("stacks/web/service.env:1: LEVEL=9\n", set.Output);
        Assert.Equal(("9\n", "1\n"), (web.Output, worker.Output));
        Assert.Equal("There is no service 'wbe'. Did you mean 'web'?", unknown.Error.Trim());
        Assert.Contains("not 'sett'. Did you mean 'set'?", verb.Error);
        Assert.Equal("", _project.Read("stacks/web/service.env"));
    }

    [Theory]
    [InlineData("PATH", "would steer the programs")]
    [InlineData("COMPOSE_PROFILES", "list Compose's profiles as")]
    [InlineData("1X", "can't be a variable's name")]
    public async Task A_name_that_no_layer_may_set_is_refused(string name, string error)
    {
        var refused = await _project.ExpectAsync(2, "config", "set", name, "x");

        Assert.Contains(error, refused.Error);
        Assert.False(File.Exists(_project.PathOf(".env.local")));
    }

    [Fact]
    public async Task A_file_that_is_broken_or_read_only_stays_as_it_is()
    {
        _project.Write(".env.local", "A=1\nB='open\n");
        var broken = await _project.ExpectAsync(2, "config", "set", "A", "2");
        _project.Write(".env.local", "A=1\n", UnixFileMode.UserRead);
        var readOnly = await _project.ExpectAsync(1, "config", "set", "A", "2");

        Assert.Contains(".env.local:2:3: ", broken.Error);
        Assert.Contains(".env.local is read-only; it is unchanged. Type: chmod u+w .env.local", readOnly.Error);
        Assert.Equal("A=1\n", _project.Read(".env.local"));
    }

    [Fact]
    public async Task A_broken_descriptor_is_named_and_a_project_without_a_layer_for_it_says_what_to_add()
    {
        _project.Replace("etc/harbor.yaml", "source: {", "prepare: { env: { sources: [ { type: sys } ] } }\nsource: {");
        var none = await _project.ExpectAsync(2, "config", "set", "A", "2");
        _project.Replace("etc/harbor.yaml", "profiles:", "profils:");
        var broken = await _project.ExpectAsync(2, "config", "get", "LEVEL");

        Assert.Contains("add { type: dotenv, file: .env.local, optional: true } to prepare.env.sources", none.Error);
        Assert.Contains("etc/harbor.yaml:3:1: ", broken.Error);
    }
}
