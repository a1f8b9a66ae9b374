using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Harbor.Server.Tests.Rollouts;

/// <summary>Programs that do not want to end, or want everything: each ends in time, with its kind, and its slot is free.</summary>
[Trait("Category", "Engine")]
public sealed class HostileTests(TestServers servers)
{
    [Fact]
    public async Task A_busy_loop_that_ignores_TERM_ends_with_its_time_limit()
    {
        var clock = Stopwatch.StartNew();
        var metadata = await RunAsync("trap '' TERM; echo on; while :; do :; done", timeout: 2);

        Assert.Equal("timeout", metadata.Text("failure_kind"));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2 + 45), $"{clock.Elapsed}");
    }

    [Fact]
    public async Task A_reward_that_was_written_counts_even_when_the_time_ran_out()
    {
        var metadata = await RunAsync($"{Sandboxed.Result("0.5")}; sleep 100", timeout: 1);

        Assert.Equal("timeout", metadata.Text("failure_kind"));
        Assert.True(metadata["scored"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_memory_hog_is_ended_by_the_engine()
    {
        var metadata = await RunAsync("head -c 2000000000 /dev/zero | tail", timeout: 60);

        Assert.Equal("oom", metadata.Text("failure_kind"));
    }

    [Fact]
    public async Task A_fork_bomb_meets_its_limit_and_the_time_limit()
    {
        var metadata = await RunAsync("b() { b | b & }; b; sleep 100", timeout: 3);

        Assert.Equal("timeout", metadata.Text("failure_kind"));
    }

    [Fact]
    public async Task A_disk_filler_is_stopped()
    {
        var metadata = await RunAsync("head -c 1500000000 /dev/zero > /fill; sleep 100", timeout: 60);

        Assert.Equal("disk_full", metadata.Text("failure_kind"));
        Assert.Equal("watched", metadata.Text("disk_limit"));
    }

    [Fact]
    public async Task A_process_that_outlives_its_program_ends_with_it()
    {
        var clock = Stopwatch.StartNew();
        var metadata = await RunAsync($"(setsid sleep 1000 &); {Sandboxed.Result("1")}", timeout: 60);

        Assert.True(metadata["scored"]!.GetValue<bool>());
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
    }

    [Fact]
    public async Task A_sandbox_reaches_nothing_and_may_do_little()
    {
        const string program = """
            cat /proc/net/route; grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/self/status; ls -la /var/run/docker.sock 2>&1
            mount -t tmpfs x /mnt 2>&1; hostname
            """;
        var metadata = await RunAsync(program.Trim(), timeout: 30);

        var output = metadata.Text("stdout_tail");
        Assert.DoesNotContain("eth0", output, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", output, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", output, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t00000000000000eb", output, StringComparison.Ordinal);
        Assert.Contains("sandbox", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_is_asked_over_its_own_network()
    {
        using var client = await servers.SqliteWorker.ClientAsync(fullNetwork: true);
        const string program = """
            body='{"reward_info":{"outcome_reward":0.75,"details":{}}}'
            perl -MIO::Socket::INET -e '
              my $s = IO::Socket::INET->new(LocalPort => 8123, Listen => 5, ReuseAddr => 1) or die;
              while (my $c = $s->accept) {
                my $l = <$c>; my $n = 0;
                while (my $h = <$c>) { $n = $1 if $h =~ /^content-length: (\d+)/i; last if $h =~ /^\r?\n$/ }
                my $b; read($c, $b, $n) if $n; my $a = $l =~ /rollout/ ? $ARGV[0] : "{}";
                print $c "HTTP/1.1 200 OK\r\nContent-Length: ", length($a), "\r\nConnection: close\r\n\r\n$a"; close $c }' "$body"
            """;
        var id = await client.DeployAsync("service", program, create =>
        {
            create["entrypoint_mode"] = "http";
            create["port"] = 8123;
            create["network"] = "full";
        });

        var answer = await client.RunAsync(id);

        Assert.Equal(0.75, answer["reward_info"]!["outcome_reward"]!.GetValue<double>());
    }

    private async Task<JsonNode> RunAsync(string program, double timeout)
    {
        using var client = await servers.SqliteWorker.ClientAsync();
        var id = await client.DeployAsync("hostile", program);
        return (await client.RunAsync(id, timeout: timeout))["execution_metadata"]!;
    }
}
