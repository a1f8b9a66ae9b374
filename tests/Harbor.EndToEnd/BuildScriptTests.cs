namespace Harbor.EndToEnd;

/// <summary>build.sh, with a dotnet that only takes its time.</summary>
public sealed class BuildScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("harbor-script-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("sleep 11", 0)]
    [InlineData("sleep 11; echo no such thing; exit 1", 1)]
    public async Task A_long_compile_says_every_ten_seconds_that_it_goes_on(string compile, int exitCode)
    {
        File.Copy(Path.Combine(Repository.Root, "build.sh"), Write("build.sh", ""), overwrite: true);
        string[] inputs =
        [
            "build/x", "src/x", "etc/BannedSymbols.txt", "etc/harbor.schema.json", "Dockerfile.runner", ".editorconfig", "global.json",
            "Directory.x.props",
        ];
        foreach (var input in inputs)
        {
            Write(input, "");
        }

        var dotnet = Write("bin/dotnet", $"""
            #!/bin/sh
            case $1 in
              --list-sdks) echo '10.0.100 [/x]' ;;
              publish) {compile} ;;
              *) echo "ran $2" ;;
            esac
            """);
        File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var scope = TestScope.New();

        var result = await (scope.Command("/bin/sh", Path.Combine(_folder, "build.sh"), "--version") with
        {
            Environment = new Dictionary<string, string>
            {
                ["PATH"] = $"{Path.Combine(_folder, "bin")}:{scope.Variables["PATH"]}",
                ["HARBOR_NATIVE"] = "off",
                ["HARBOR_RUNNER"] = "host",
            },
            Timeout = TimeSpan.FromMinutes(1),
        }).TryRunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.StartsWith("Compiling the build host ...\ncompiling the build host, 10 s\n", result.Error);
        Assert.Equal(exitCode == 0 ? $"ran --working={_folder}\n" : "", result.Output);
        Assert.Equal(exitCode != 0, result.Error.Contains("no such thing"));
    }

    private string Write(string file, string content)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }
}
