using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>The scripts of <c>--completion</c>, in the shells that they are for.</summary>
public sealed class CompletionTests
{
    /// <summary>What is typed before the cursor, as bash splits it: at blanks and at '='.</summary>
    [Theory]
    [InlineData("dep", "deploy deployments")]
    [InlineData("De", "Defaults Deploy Deployments Destroy")]
    [InlineData("config|se", "search set")]
    [InlineData("ru", "run")]
    [InlineData("run|p", "prepare post_deploy")]
    [InlineData("secrets|d", "decrypt")]
    [InlineData("--target|=|Des", "Destroy")]
    [InlineData("-t|Des", "Destroy")]
    [InlineData("destroy|--vol", "--volumes")]
    [InlineData("--target|=|Destroy|--vol", "--volumes")]
    [InlineData("deploy|--vol", "")]
    [InlineData("deploy|--si", "--site=")]
    [InlineData("up|--site|=|prod|--wa", "--wait-lock=")]
    [InlineData("plan|--output|=", "json text")]
    [InlineData("--verbosity|=|Q", "Quiet")]
    [InlineData("deploy|--site|=|p", "")]
    [InlineData("checkd", "")]
    public async Task Bash_completes_targets_words_options_and_values(string typed, string expected)
    {
        await using var project = new TestProject();
        project.Write("completion.bash", (await project.ExpectAsync(0, "--completion", "bash")).Output);
        string[] words = ["./build.sh", .. typed.Split('|')];
        const string Complete = """
            source "$1"; shift
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
            complete -p build.sh | grep -q -- '-F _build_sh ' || exit 3
            _build_sh
            printf '%s ' "${COMPREPLY[@]}"
            """;

        var completed = await RunAsync("bash", ["-c", Complete, "bash", project.PathOf("completion.bash"), .. words]);

        Assert.Equal(expected, completed.Trim());
    }

    [Fact]
    public async Task Fish_completes_them_too()
    {
        Assert.SkipUnless(TestScope.New().FindProgram("fish") is not null, "fish is not installed.");
        await using var project = new TestProject();
        project.Write("completion.fish", (await project.ExpectAsync(0, "--completion=fish")).Output);

        async Task<string> Completed(string line) =>
            await RunAsync("fish", ["--no-config", "-c", "source $argv[1]; complete -C $argv[2]", project.PathOf("completion.fish"), line]);

        Assert.Equal("deploy\n", await Completed("build.sh dep"));
        Assert.Equal("prepare\n", await Completed("build.sh run pr"));
        Assert.StartsWith("--volumes\t", await Completed("build.sh down --vol"), StringComparison.Ordinal);
        Assert.StartsWith("--volumes\t", await Completed("build.sh --target=Destroy --vol"), StringComparison.Ordinal);
        Assert.Equal("", await Completed("build.sh deploy --vol"));
        Assert.StartsWith("--output=json", await Completed("build.sh plan --output="), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_for_zsh_is_one_that_zsh_reads()
    {
        Assert.SkipUnless(TestScope.New().FindProgram("zsh") is not null, "zsh is not installed.");
        await using var project = new TestProject();
        project.Write("completion.zsh", (await project.ExpectAsync(0, "--completion=zsh")).Output);

        const string Load = "autoload -U compinit && compinit -D; source $1 && print $_comps[build.sh]";
        Assert.Equal("_build_sh\n", await RunAsync("zsh", ["-f", "-c", Load, "zsh", project.PathOf("completion.zsh")]));
    }

    private static async Task<string> RunAsync(string shell, string[] arguments) =>
        (await new Command(TestScope.New(), shell, arguments).RunAsync(CancellationToken.None)).Output;
}
