using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class SecrecyTests
{
    private const string Secret = "s3nt/inel+Wq8 Zp&Lx4=Rt7Kv2";

    [Fact]
    public async Task No_file_no_argument_and_no_output_holds_a_secret_in_any_form()
    {
        await using var project = new TestProject();
        project.Write("etc/secrets.env", $"PASSWORD='{Secret}'\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        project.Write("stacks/web/templates/asked.conf", "password {{PASSWORD}}\n");
        project.Replace("etc/stacks/compose.init.yml", "[\"true\"]", """["sh", "-c", "printf %s \"$$TOKEN\"; printf %s \"$$TOKEN\" | base64"]""");
        project.Replace("etc/stacks/compose.init.yml", "labels:", "environment: { TOKEN: \"${PASSWORD}\" }\n    labels:");
        project.Replace("etc/harbor.yaml", "- { action: health }", "- { action: logs, target: [init] }");
        using var done = new CancellationTokenSource();
        var watched = ProcessArguments.WatchAsync(done.Token);

        var printed = await PrintedAsync(0, "--target=Deploy");
        project.Replace("etc/stacks/compose.worker.yml", """["sleep", "100000"]""", """["sh", "-c", "cat /run/secrets/password; base64 /run/secrets/password; exit 3"]""");
        printed += await PrintedAsync(1, "--target=Deploy");
        printed += await PrintedAsync(1, "--target=Deploy", "--verbosity=Diagnostic");
        await done.CancelAsync();

        Assert.Contains("init | ***", printed);
        AssertClean("what was printed", printed);
        var arguments = await watched;
        Assert.Contains(arguments, line => line.Contains($"--project-name\0{project.Name}\0", StringComparison.Ordinal) && line.Contains("\0up\0", StringComparison.Ordinal));
        AssertClean("the arguments of a process", string.Join('\n', arguments.Where(line => !line.Contains("Harbor.EndToEnd", StringComparison.Ordinal))));
        var files = Directory.EnumerateFiles(project.PathOf("var"), "*", SearchOption.AllDirectories).ToList();
        Assert.Contains(Secret, project.Read("var/run/web/config/asked.conf"));
        Assert.All(files.Where(file => Path.GetFileName(file) != "asked.conf"), file => AssertClean(file, File.ReadAllText(file, Encoding.Latin1)));

        async Task<string> PrintedAsync(int exitCode, params string[] args)
        {
            var result = await project.ExpectAsync(exitCode, args);
            return result.Output + result.Error;
        }
    }

    [Fact]
    public async Task The_file_of_variables_is_there_only_when_asked_for_and_only_while_the_stack_runs_as_deployed()
    {
        await using var project = new TestProject();
        var file = project.PathOf("var/run/.secrets/.env.run");
        await project.ExpectAsync(0, "--target=Deploy");
        Assert.False(File.Exists(file));

        project.Replace("etc/harbor.yaml", "\ndeploy:\n", "\ndeploy:\n  envFile: true\n");
        await project.ExpectAsync(0, "--target=Deploy");
        Assert.Contains($"PASSWORD=\"{TestProject.Secret}\"\n", File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        File.Delete(file);
        Assert.Contains("up to date", (await project.ExpectAsync(0, "--target=Deploy")).Output);
        Assert.True(File.Exists(file));

        project.Replace("etc/stacks/compose.worker.yml", "[\"sleep\", \"100000\"]", "[\"sh\", \"-c\", \"exit 3\"]");
        await project.ExpectAsync(1, "--target=Deploy");
        Assert.False(File.Exists(file));

        project.Replace("etc/stacks/compose.worker.yml", "exit 3", "exec sleep 100000");
        await project.ExpectAsync(0, "--target=Deploy");
        Assert.True(File.Exists(file));
        project.Replace("etc/harbor.yaml", "cleanRun: true", "cleanRun: false");
        await project.ExpectAsync(0, "--target=Destroy");
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("1", true)] // Whoever wants to debug may; and this shows that the test would see the socket.
    public async Task No_diagnostics_socket_through_which_the_memory_could_be_read_is_open_while_it_runs(string? wanted, bool isOpen)
    {
        await using var project = new TestProject();
        project.Environment["TMPDIR"] = Directory.CreateDirectory(project.PathOf("temporary")).FullName;
        if (wanted is not null)
        {
            project.Environment["DOTNET_EnableDiagnostics"] = wanted;
        }

        using var run = project.Start("--target=Prepare");
        var seen = false;
        while (!run.HasExited)
        {
            seen |= Directory.EnumerateFiles(project.PathOf("temporary"), "dotnet-diagnostic-*").Any();
            await Task.Delay(5);
        }

        Assert.Equal((0, isOpen), (run.ExitCode, seen));
    }

    private static void AssertClean(string what, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(Secret);
        string[] forms =
        [
            Secret, Convert.ToBase64String(bytes).TrimEnd('='), Uri.EscapeDataString(Secret), WebUtility.UrlEncode(Secret), Convert.ToHexString(bytes),
            Convert.ToHexString(SHA256.HashData(bytes)), Convert.ToBase64String(SHA256.HashData(bytes)),
        ];
        Assert.All(forms, form => Assert.False(text.Contains(form, StringComparison.OrdinalIgnoreCase), $"{what} holds '{form}'"));
    }
}
