using System.Diagnostics;
using System.Runtime.InteropServices;
using Harbor.Frosting.Tests.Doubles;

namespace Harbor.Frosting.Tests;

/// <summary>The sample program as a real process: streams, exit codes and signals.</summary>
public sealed partial class ProcessTests : IDisposable
{
    private const int Sigint = 2;
    private readonly TemporaryDirectory _directory = new();

    private string ReportPath => Path.Combine(_directory.Path, "report");

    [Fact]
    public async Task Nothing_but_the_document_is_on_standard_output_when_it_is_for_a_program()
    {
        using var sample = Start("--target=Print", "--output=json");
        var output = await sample.StandardOutput.ReadToEndAsync();
        var error = await sample.StandardError.ReadToEndAsync();
        await sample.WaitForExitAsync();

        Assert.Equal((0, "{\n  \"secret\": \"***\"\n}\n"), (sample.ExitCode, output));
        Assert.StartsWith("\nPrint\n-----\npassword is ***, False\n", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--target=Default", 0, "0: Default Delegated")]
    [InlineData("--target=Fail", 1, "1: Fail Failed")]
    [InlineData("--target=Wrong", 2, "2: Wrong Failed")]
    [InlineData("--target=Nowhere", 2, "2: ")]
    public async Task Exit_codes_tell_who_must_act_and_the_report_comes_last(string arg, int exitCode, string report)
    {
        using var sample = Start(arg);
        await sample.WaitForExitAsync();

        Assert.Equal((exitCode, report), (sample.ExitCode, (await File.ReadAllTextAsync(ReportPath)).TrimEnd('\n')));
    }

    [Theory]
    [InlineData(Sigint, 130)]
    [InlineData(15, 143)]
    [InlineData(1, 129)]
    public async Task A_signal_cancels_the_tasks_runs_cleanup_and_gives_the_exit_code(int signal, int exitCode)
    {
        using var sample = Start("--target=Sleep");
        await ReadUntilAsync(sample, "sleeping");
        Assert.Equal(0, Kill(sample.Id, signal));
        var rest = await sample.StandardOutput.ReadToEndAsync();
        await sample.WaitForExitAsync();

        Assert.Contains("\nTidy\n----\ntidy, cancelled: False\n", rest, StringComparison.Ordinal);
        Assert.Equal(
            (exitCode, $"{exitCode}: Sleep Cancelled, Tidy Executed\n"), (sample.ExitCode, await File.ReadAllTextAsync(ReportPath)));
    }

    [Fact]
    public async Task The_second_signal_exits_at_once_after_cancelling_the_cleanup_token()
    {
        using var sample = Start("--target=SleepLonger");
        await ReadUntilAsync(sample, "sleeping");
        Assert.Equal(0, Kill(sample.Id, Sigint));
        await ReadUntilAsync(sample, "tidying slowly");
        Assert.Equal(0, Kill(sample.Id, Sigint));
        var rest = await sample.StandardOutput.ReadToEndAsync();
        await sample.WaitForExitAsync();

        Assert.Equal((130, "killed\n"), (sample.ExitCode, rest));
    }

    public void Dispose() => _directory.Dispose();

    private Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Harbor.Frosting.Sample.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["SAMPLE_REPORT"] = ReportPath },
        };
#pragma warning disable RS0030 // This project depends on Cake alone, and the signals are what is tested.
        return Process.Start(start)!;
#pragma warning restore RS0030
    }

    private static async Task ReadUntilAsync(Process process, string line)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } read)
        {
            if (read == line)
            {
                return;
            }
        }

        Assert.Fail($"'{line}' was not printed: {await process.StandardError.ReadToEndAsync()}");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
