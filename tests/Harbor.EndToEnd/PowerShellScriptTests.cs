using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>build.ps1 in a real PowerShell, with a dotnet that only says what it was asked for.</summary>
public sealed class PowerShellScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("harbor-script-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("Exhaustive", "true")] // It fetches PowerShell.
    public async Task The_host_is_compiled_when_an_input_changed_and_never_run_when_it_does_not_compile()
    {
        var powerShell = await BuildPowerShellAsync();
        File.Copy(Path.Combine(Repository.Root, "build.ps1"), Write("build.ps1", ""), overwrite: true);
        string[] inputs =
        [
            "build/x", "src/x", "etc/BannedSymbols.txt", "etc/harbor.schema.json", "Dockerfile.runner", ".editorconfig", "global.json",
            "Directory.x.props",
        ];
        foreach (var input in inputs)
        {
            Write(input, "");
        }

        var dotnet = Write("bin/dotnet", """
            #!/bin/sh
            case $1 in
              --list-sdks) echo '10.0.100 [/x]' ;;
              publish) [ ! -e "$BROKEN" ] || { echo no such thing; exit 1; } ;;
              *) shift; echo "ran $*"; exit 7 ;;
            esac
            """);
        File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var first = await RunAsync(powerShell);
        var second = await RunAsync(powerShell);
        Write("src/x", "changed");
        var third = await RunAsync(powerShell);
        Write("broken", "");
        Write("src/x", "broken");
        var broken = await RunAsync(powerShell);

        var ran = $"ran --working={_folder} --target=Plan --set=A=b c\n";
        Assert.Equal((7, ran, "Compiling the build host ...\n"), (first.ExitCode, first.Output, first.Error));
        Assert.Equal((7, ran, ""), (second.ExitCode, second.Output, second.Error));
        Assert.Equal((7, ran, "Compiling the build host ...\n"), (third.ExitCode, third.Output, third.Error));
        Assert.Equal((1, ""), (broken.ExitCode, broken.Output));
        Assert.EndsWith(
            "no such thing\nThe build host does not compile (above); nothing was run.\n", broken.Error, StringComparison.Ordinal);
    }

    private async Task<CommandResult> RunAsync(string powerShell)
    {
        var scope = TestScope.New();
        var script = Path.Combine(_folder, "build.ps1");
        return await (scope.Command(
            "dotnet", powerShell, "-NoProfile", "-File", script, "--target=Plan", "--set=A=b c") with
        {
            Environment = new Dictionary<string, string>(scope.Variables)
            {
                ["PATH"] = $"{Path.Combine(_folder, "bin")}:{scope.Variables["PATH"]}",
                ["BROKEN"] = Path.Combine(_folder, "broken"),
                ["HARBOR_NATIVE"] = "off",
            },
            Timeout = TimeSpan.FromMinutes(1),
        }).TryRunAsync(TestContext.Current.CancellationToken);
    }

    private async Task<string> BuildPowerShellAsync()
    {
        var to = Path.Combine(_folder, "powershell");
        var build = TestScope.New().Command(
            "dotnet", "build", Path.Combine(Repository.Root, "tests", "Harbor.PowerShell"), "-v", "quiet", "--tl:off", "-o", to) with
        {
            Environment = TestScope.New().Variables,
        };
        await build.RunAsync(TestContext.Current.CancellationToken);
        return Path.Combine(to, "Harbor.PowerShell.dll");
    }

    private string Write(string file, string content)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }
}
