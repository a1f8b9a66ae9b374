using System.Diagnostics;
using Harbor.Masking;
using Harbor.Processes;

namespace Harbor.Tests.Processes;

public sealed class CommandTests
{
    private readonly List<string> _lines = [];

    [Fact]
    public async Task Output_is_data_and_comes_as_it_is_while_listeners_and_errors_get_it_masked()
    {
        var redaction = new Redaction();
        redaction.Add("s3cret-value");
        var command =
            Shell("printf 'a s3cret-value\\r\\nb'; echo 'e s3cret-value' >&2") with { Scope = TestScope.New(redaction), OnOutput = Hear };

        var result = await command.RunAsync(CancellationToken.None);

        Assert.Equal("a s3cret-value\r\nb", result.Output);
        Assert.Equal("e ***\n", result.Error);
        Assert.Equal(["a ***", "b"], _lines);
        Assert.DoesNotContain("s3cret", result.ToString());
    }

    [Theory]
    [InlineData("printf 'a secret-1\\nab\\nsecret-2 b\\n'", "a *** b")]
    [InlineData("printf 'a secret-1\\n'; sleep 0.01; printf 'ab\\n'; printf 'secret'; printf -- '-2 b\\n'", "a *** b")]
    [InlineData("printf 'a secret-1\\n'; sleep 0.3; printf 'ab\\n'; sleep 0.3; printf 'secret-2 b\\n'", "a *** b")]
    public async Task A_secret_of_several_lines_is_masked_though_its_lines_come_one_by_one(string script, string heard)
    {
        var redaction = new Redaction();
        redaction.Add("secret-1\nab\nsecret-2\n");

        await (Shell(script) with { Scope = TestScope.New(redaction), OnOutput = Hear }).RunAsync(CancellationToken.None);

        Assert.Equal(heard, string.Concat(_lines));
    }

    [Fact]
    public async Task A_line_that_may_be_the_first_of_a_secret_waits_only_a_moment()
    {
        var redaction = new Redaction();
        redaction.Add("secret-1\nab\nsecret-2\n");
        var waited = new TaskCompletionSource<TimeSpan>();
        var watch = Stopwatch.StartNew();
        var command = Shell("sleep 0.5; echo secret-1; sleep 30") with
        {
            Scope = TestScope.New(redaction),
            OnOutput = _ => waited.TrySetResult(watch.Elapsed)
        };
        using var stop = new CancellationTokenSource();
        var running = command.TryRunAsync(stop.Token);

        Assert.InRange((await waited.Task).TotalSeconds, 0.5, 20);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_failed_command_says_what_where_code_and_the_end_of_its_error_output_without_secrets()
    {
        var redaction = new Redaction();
        redaction.Add("s3cret-value");
        var command =
            Shell("for i in $(seq 50); do echo line $i; done; echo s3cret-value; echo no disk; exit 3") with
            {
                Scope = TestScope.New(redaction),
                WorkingDirectory = "/"
            };

        var error = await Assert.ThrowsAsync<CommandFailedException>(() => command.RunAsync(CancellationToken.None));

        Assert.Equal(3, error.ExitCode);
        Assert.StartsWith("no disk\n'sh' exited with code 3.\n   > sh -c 'for i in", error.Message);
        Assert.Contains("\n   @ /\nline 33\n", error.Message);
        Assert.EndsWith("\nline 50\n***\nno disk", error.Message);
        Assert.DoesNotContain("s3cret", error.ToString());
    }

    [Theory]
    [InlineData("no-such-program", "'no-such-program' could not be started: there is no such program in PATH.")]
    [InlineData("/no/such/program", "'program' could not be started: there is no such program.")]
    [InlineData("/etc/passwd", "'passwd' could not be started: Permission denied.")]
    public async Task A_program_that_cannot_be_started_is_a_clear_error(string program, string message)
    {
        var error = await Assert.ThrowsAsync<CommandFailedException>(
            () => new Command(TestScope.New(), program).RunAsync(CancellationToken.None));

        Assert.Equal(message, error.Message.Split('\n')[0]);
    }

    [Fact]
    public async Task A_missing_working_directory_is_a_clear_error()
    {
        var error = await Assert.ThrowsAsync<CommandFailedException>(
            () => (Shell("true") with { WorkingDirectory = "/no/such" }).RunAsync(CancellationToken.None));

        Assert.StartsWith("'sh' could not be started: its working directory does not exist.", error.Message);
    }

    [Fact]
    public async Task A_NUL_is_refused_where_the_system_would_cut_the_text_off()
    {
        var argument = await Assert.ThrowsAsync<CommandFailedException>(
            () => new Command(TestScope.New(), "echo", "a", "b\0c").RunAsync(CancellationToken.None));
        var variable = await Assert.ThrowsAsync<CommandFailedException>(() =>
            (Shell("true") with { Environment = new Dictionary<string, string> { ["A"] = "x\0y" } }).RunAsync(CancellationToken.None));

        Assert.StartsWith("'echo' was not started: argument 2 contains a NUL character.", argument.Message);
        Assert.StartsWith("'sh' was not started: the environment variable A contains a NUL character.", variable.Message);
    }

    [Fact]
    public async Task A_grandchild_that_holds_the_pipes_open_does_not_hold_us()
    {
        var watch = Stopwatch.StartNew();

        var result = await Shell("echo done; sleep 20 & echo oops >&2").RunAsync(CancellationToken.None);

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 15);
        Assert.Equal(("done\n", "oops\n"), (result.Output, result.Error));
    }

    [Fact]
    public async Task Much_input_and_much_output_at_once_do_not_lock_up()
    {
        var input = string.Concat(Enumerable.Repeat("0123456789abcdef", 500_000));

        var result = await (new Command(TestScope.New(), "cat") with { Input = input }).RunAsync(CancellationToken.None);

        Assert.True(result.Output == input);
    }

    [Theory]
    [InlineData("exec 0<&-; echo closed")]
    [InlineData("echo closed")]
    [InlineData("sleep 3 & echo closed")]
    public async Task A_child_may_end_without_reading_its_input(string script)
    {
        var result = await (Shell(script) with { Input = new string('x', 5_000_000) }).RunAsync(CancellationToken.None);

        Assert.Equal("closed\n", result.Output);
    }

    [Fact]
    public async Task A_hundred_megabytes_on_one_line_stay_out_of_memory()
    {
        var (heard, longest) = (0L, 0);
        var command = Shell("head -c 100000000 /dev/zero | tr '\\0' x") with
        {
            KeepOutput = 1000,
            OnOutput = part => (heard, longest) = (heard + part.Length, Math.Max(longest, part.Length)),
        };

        var result = await command.RunAsync(CancellationToken.None);

        Assert.Equal(new string('x', 1000), result.Output);
        Assert.Equal(100_000_000, heard);
        Assert.InRange(longest, 1, 100_000);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_do_no_harm()
    {
        var result = await (Shell("printf 'a\\377\\376b\\0c'") with { OnOutput = Hear }).RunAsync(CancellationToken.None);

        Assert.Equal("a\uFFFD\uFFFDb\0c", result.Output);
        Assert.Equal("a\uFFFD\uFFFDb\0c", Assert.Single(_lines));
    }

    [Fact]
    public async Task Text_is_UTF8_in_both_directions()
    {
        const string text = "grüße ☃";

        var result = await (new Command(TestScope.New(), "cat") with { Input = text }).RunAsync(CancellationToken.None);

        Assert.Equal(text, result.Output);
    }

    [Fact]
    public async Task A_child_sees_the_environment_it_is_given_and_the_ids_by_which_it_is_found_again()
    {
        var result =
            await (new Command(TestScope.New(), "/usr/bin/env") with { Environment = new Dictionary<string, string> { ["ONLY"] = "this" } })
            .RunAsync(CancellationToken.None);

        Assert.Equal(["HARBOR_COMMAND_ID", "HARBOR_RUN_ID", "ONLY"], result.Output.Trim().Split('\n')
            .Select(line => line.Split('=')[0]).Order());
    }

    [Fact]
    public async Task A_listener_that_fails_ends_the_child_and_its_error_is_told()
    {
        var command = Shell("while true; do echo line; done") with { OnOutput = _ => throw new IOException("Broken pipe") };

        var error = await Assert.ThrowsAsync<IOException>(
            () => command.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20)));

        Assert.Equal("Broken pipe", error.Message);
    }

    private static Command Shell(string script) => new(TestScope.New(), "sh", "-c", script);

    private void Hear(string line) => _lines.Add(line);
}
