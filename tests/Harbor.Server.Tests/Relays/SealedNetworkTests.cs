using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Harbor.Server.Sandboxes;
using Harbor.Server.Tests.Rollouts;

namespace Harbor.Server.Tests.Relays;

/// <summary>What sandboxes with network inference and allowlist reach, from inside of them.</summary>
[Trait("Category", "Engine")]
[Collection("Sealed")]
public sealed class SealedNetworkTests(TestServers servers)
{
    /// <summary>Commands for sandboxes without any client: bash speaks HTTP by itself.</summary>
    private const string Tools = """
        ask() { # BASE KEY: one call of a model
          body='{"model":"fake-1","messages":[{"role":"user","content":"hello"}]}'
          exec 3<> /dev/tcp/127.0.0.1/8080 || return
          printf 'POST %s/chat/completions HTTP/1.1\r\nHost: h\r\nConnection: close\r\n' "${1#http://127.0.0.1:8080}" >&3
          printf 'Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s' "$2" ${#body} "$body" >&3
          cat <&3; echo
        }
        get() { # PATH
          exec 3<> /dev/tcp/127.0.0.1/8080; printf 'GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n' "$1" >&3; head -n 1 <&3
        }
        through() { # LINE: to the proxy, then a request of what it leads to
          exec 3<> /dev/tcp/127.0.0.1/8081; printf '%s\r\nHost: h\r\n\r\n' "$1" >&3
          case $1 in CONNECT*) printf 'GET /tunnelled HTTP/1.0\r\n\r\n' >&3;; esac
          cat <&3; echo
        }
        reach() { # HOST PORT
          if timeout 5 bash -c "exec 3<> /dev/tcp/$1/$2" 2> /dev/null; then echo "REACHED $1"; else echo "closed $1"; fi
        }
        """;

    private readonly SealedWorker _server = servers.Sealed;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sandbox_calls_its_model_and_the_call_is_counted_and_nothing_else_answers_it()
    {
        using var client = await _server.ClientAsync();
        var id = await DeployAsync(client, "inference", "ask $OPENAI_BASE_URL $OPENAI_API_KEY; get /healthz; get /api/harbor/deployments");

        var answer = await RunAsync(client, id);

        var metadata = answer["execution_metadata"]!;
        var output = metadata.Text("stdout_tail");
        Assert.Contains("HTTP/1.1 200", output, StringComparison.Ordinal);
        Assert.Contains("\"done\"", output, StringComparison.Ordinal);
        Assert.Equal(2, output.Split('\n').Count(line => line.StartsWith("HTTP/1.1 404", StringComparison.Ordinal)));
        Assert.Equal(("inference", true), (metadata.Text("network"), metadata["network_enforced"]!.GetValue<bool>()));
        Assert.Equal(1, metadata["llm"]!["calls"]!.GetValue<int>());
        Assert.True(metadata["llm"]!["cost_usd"]!.GetValue<double>() > 0);
    }

    [Fact]
    public async Task Nothing_of_this_machine_nor_a_name_nor_anything_outside_is_reached()
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Server.DualMode = true; // On 0.0.0.0 and on every address.
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var addresses = NetworkInterface.GetAllNetworkInterfaces().SelectMany(each => each.GetIPProperties().UnicastAddresses)
            .Select(each => each.Address.ToString().Split('%')[0]).Append("127.0.0.1").Append("0.0.0.0").Append("::1").Distinct().ToList();
        Assert.Contains(addresses, address => address.StartsWith("172.", StringComparison.Ordinal)); // The engine's own bridge.
        using var client = await _server.ClientAsync();
        var targets = string.Join("; ", addresses.Select(address => $"reach {address} {port}"));
        var id = await DeployAsync(client, "inference",
            $"{targets}; reach 1.1.1.1 443; reach debian.org 80; getent hosts debian.org; wc -l < /proc/net/route\n"
                + "exec 3<> /dev/tcp/127.0.0.1/8081; cat <&3");

        var output = (await RunAsync(client, id))["execution_metadata"]!.Text("stdout_tail");

        string[] closed = [.. addresses.Select(address => $"closed {address}"), "closed 1.1.1.1", "closed debian.org"];
        Assert.Equal([.. closed, "1", ""], output.Split('\n'));
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task A_key_is_worth_nothing_outside_of_its_own_sandbox()
    {
        using var client = await _server.ClientAsync();
        var id = await DeployAsync(client, "inference", "sleep 60");
        var victim = (await client.PostAsync($"/api/harbor/deployments/{id}/rollouts", Sandboxed.Body(1, "v"), HttpStatusCode.Accepted))
            .Text("rollout_id");
        await client.UntilAsync($"/api/harbor/rollouts/{victim}", answer => answer.Text("status") == "running");

        var key = await KeyAsync(victim);
        var neighbour = await DeployAsync(client, "inference",
            "c=${OPENAI_BASE_URL##*/}; ask /api/interceptor/v1/${c%%.*}/x ${c#*.}; ask $OPENAI_BASE_URL $OPENAI_API_KEY | head -n 1");
        var answer = await RunAsync(client, neighbour, $"{victim}.{key}");
        using var stranger = await _server.ClientWithKeyAsync(key);
        await stranger.PostAsync($"/api/interceptor/v1/{victim}/c/chat/completions", "{}", HttpStatusCode.Unauthorized);

        var statuses = answer["execution_metadata"]!.Text("stdout_tail").Split('\n')
            .Where(line => line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal));
        Assert.Equal(["HTTP/1.1 401 Unauthorized", "HTTP/1.1 200 OK"], statuses.Select(line => line.Trim()));
        await client.PostAsync($"/api/harbor/rollouts/{victim}/cancel", "{}");
    }

    [Fact]
    public async Task Allowed_hosts_are_reached_by_the_proxy_and_no_others_nor_private_addresses()
    {
        var host = Environment.MachineName;
        using var web = new TinyWeb();
        using var client = await _server.ClientAsync();
        var id = await DeployAsync(client, "allowlist", $"""
            echo $HTTPS_PROXY $http_proxy $NO_PROXY
            through 'CONNECT {host}:{web.Port} HTTP/1.1'
            through 'GET http://{host}:{web.Port}/plain?a=1 HTTP/1.1'
            through 'CONNECT example.org:443 HTTP/1.1'
            through 'CONNECT localhost:{web.Port} HTTP/1.1'
            through 'GET /none HTTP/1.1'
            reach 1.1.1.1 443
            ask $OPENAI_BASE_URL $OPENAI_API_KEY
            """, host, "localhost");

        var output = (await RunAsync(client, id))["execution_metadata"]!.Text("stdout_tail");

        Assert.StartsWith("http://127.0.0.1:8081 http://127.0.0.1:8081 127.0.0.1,localhost,::1\n", output, StringComparison.Ordinal);
        Assert.Contains("you asked GET /tunnelled HTTP/1.0", output, StringComparison.Ordinal);
        Assert.Contains("you asked GET /plain?a=1 HTTP/1.1", output, StringComparison.Ordinal);
        Assert.Contains("example.org is not in allowed_hosts of this deployment", output, StringComparison.Ordinal);
        Assert.Contains("localhost has a private address, which sandboxes do not reach", output, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 400 Bad Request", output, StringComparison.Ordinal);
        Assert.Contains("closed 1.1.1.1", output, StringComparison.Ordinal);
        Assert.Contains("\"done\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_serves_is_asked_through_its_relay()
    {
        using var client = await _server.ClientAsync();
        const string serve = """
            use IO::Socket::INET; $| = 1;
            my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 8000, Listen => 8, ReuseAddr => 1) or die;
            while (my $c = $server->accept) {
              my $length = 0;
              while (<$c>) { $length = $1 if /^content-length: (\d+)/i; last if /^\r\n$/; }
              read($c, my $body, $length) if $length;
              my $answer = '{"reward_info":{"outcome_reward":0.5}}';
              print $c "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " . length($answer) . "\r\n\r\n$answer";
              close $c;
            }
            """;
        var id = await client.DeployAsync("served", "exec perl /serve.pl", create =>
        {
            create["network"] = "inference";
            create["entrypoint_mode"] = "http";
        }, Archives.Of(("Dockerfile", "FROM debian:bookworm\nCOPY serve.pl /\n"), ("serve.pl", serve)));

        var answer = await client.RunAsync(id);

        Assert.Equal(0.5, answer["reward_info"]!["outcome_reward"]!.GetValue<double>());
    }

    [Fact]
    public async Task Relays_go_with_their_sandboxes()
    {
        using var client = await _server.ClientAsync();
        var id = await DeployAsync(client, "inference", "true");
        await RunAsync(client, id);
        var engine = await _server.ServiceAsync<SandboxEngine>();
        var identity = await _server.ServiceAsync<ServerIdentity>();

        await WaitAsync(async () => (await engine.OwnAsync(identity.Installation, Ct)).All(each => each.IsRunning));
        await (await _server.ServiceAsync<Harbor.Server.Rollouts.Janitor>()).CleanAsync(Ct);

        var relays = (await engine.OwnAsync(identity.Installation, Ct)).Where(each => each.Labels.ContainsKey("harbor.relay")).ToList();
        var folders = Directory.GetDirectories(Path.Combine(_server.Folder, "relays")).Select(Path.GetFileName);
        Assert.Equal(relays.Select(each => each.Labels["harbor.relay"]).Order(), folders.Order());
    }

    private static async Task WaitAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            await Task.Delay(50, Ct);
        }
    }

    private async Task<string> KeyAsync(string rollout)
    {
        await using var db = await _server.OpenAsync();
        var container = db.Rollouts.Single(row => row.Id == Guid.Parse(rollout)).ContainerId!;
        return (await (await _server.ServiceAsync<SandboxEngine>()).VariableAsync(container, "HARBOR_LLM_KEY", Ct))!;
    }

    private static Task<string> DeployAsync(HttpClient client, string network, string script, params string[] hosts) =>
        client.DeployAsync($"sealed-{Guid.NewGuid():N}"[..20], $"bash /script; {Sandboxed.Result("1")}", create =>
        {
            create["network"] = network;
            if (hosts.Length > 0)
            {
                create["allowed_hosts"] = new JsonArray([.. hosts.Select(host => JsonValue.Create(host))]);
            }
        }, Archives.Of(("Dockerfile", "FROM debian:bookworm\nCOPY script /\n"), ("script", $"{Tools}\n{script}\n")));

    private static Task<JsonNode> RunAsync(HttpClient client, string id, string correlation = "corr")
    {
        var body = JsonNode.Parse(Sandboxed.Body(1, correlation))!;
        body["policy"]!["config"]!["model"] = "fake-1";
        return client.PostAsync($"/api/harbor/deployments/{id}/rollout", body.ToJsonString());
    }
}
