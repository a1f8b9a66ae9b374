using System.Diagnostics;
using System.Net.Sockets;
using Harbor.Engines;
using static Harbor.Tests.Engines.ScriptedEngine;

namespace Harbor.Tests.Engines;

public sealed class SocketEngineTests
{
    private const string Version = """{"Version":"20.10.24","ApiVersion":"1.41"}""";
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_questions_go_over_one_connection()
    {
        await using var server = new ScriptedEngine((_, stream, ct) => WriteJson(stream, Version, ct));
        await using var engine = server.Engine();

        var first = await engine.VersionAsync(Ct);
        var second = await engine.VersionAsync(Ct);

        Assert.Equal(new EngineVersion("20.10.24", "1.41"), first);
        Assert.Equal(first, second);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task An_answer_in_chunks_and_in_single_bytes_is_read_whole()
    {
        await using var server = new ScriptedEngine(async (_, stream, ct) =>
        {
            var half = Version.Length / 2;
            var answer = $"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{half:x};x=y\r\n" +
                $"{Version[..half]}\r\n{Version.Length - half:X}\r\n{Version[half..]}\r\n0\r\nTrailer: t\r\n\r\n";
            foreach (var character in answer)
            {
                await Write(stream, character.ToString(), ct);
                await Task.Yield();
            }
        });
        await using var engine = server.Engine();

        Assert.Equal("20.10.24", (await engine.VersionAsync(Ct)).Version);
        Assert.Equal("20.10.24", (await engine.VersionAsync(Ct)).Version);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task An_answer_that_ends_with_the_connection_is_read_whole()
    {
        await using var server = new ScriptedEngine(async (_, stream, ct) =>
        {
            await Write(stream, $"HTTP/1.0 200 OK\r\n\r\n{Version}", ct);
            throw new IOException();
        });
        await using var engine = server.Engine();

        Assert.Equal("20.10.24", (await engine.VersionAsync(Ct)).Version);
        Assert.Equal("20.10.24", (await engine.VersionAsync(Ct)).Version);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_kept_connection_that_the_engine_has_closed_is_opened_again()
    {
        await using var server = new ScriptedEngine(async (_, stream, ct) =>
        {
            await WriteJson(stream, Version, ct);
            throw new IOException();
        });
        await using var engine = server.Engine();

        await engine.VersionAsync(Ct);
        await engine.VersionAsync(Ct);

        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task An_engine_that_is_too_new_for_the_version_asked_is_asked_in_its_own()
    {
        await using var server = new ScriptedEngine((request, stream, ct) => request.Contains("/v1.52/", StringComparison.Ordinal)
            ? WriteJson(stream, Version, ct)
            : Write(stream, "HTTP/1.1 400 Bad Request\r\nApi-Version: 1.52\r\nContent-Length: 74\r\n\r\n{\"message\":\"client version " +
                "1.41 is too old. Minimum supported API is 1.44\"}", ct));
        await using var engine = server.Engine();

        await engine.VersionAsync(Ct);
        await engine.VersionAsync(Ct);

        Assert.Equal(["GET /v1.41/version HTTP/1.1", "GET /v1.52/version HTTP/1.1", "GET /v1.52/version HTTP/1.1"], server.Requests);
    }

    [Fact]
    public async Task An_engine_that_accepts_and_never_answers_is_given_up_with_its_address()
    {
        await using var server = new ScriptedEngine((_, _, _) => Task.CompletedTask);
        await using var engine = server.Engine(patience: 0.3);
        var clock = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<HarborException>(() => engine.ContainersAsync("p", Ct));

        Assert.InRange(clock.ElapsedMilliseconds, 250, 15_000);
        Assert.Contains($"unix://{server.Path} (DOCKER_HOST) listens, but did not answer within 0.3 s", error.Message);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Ver", "ended in the middle")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{", "ended in the middle")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "'zz' bytes")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "'-1' bytes")]
    [InlineData("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", "broken header")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "not HTTP")]
    [InlineData("", "ended in the middle")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{", "not JSON")]
    public async Task A_broken_answer_is_an_error_that_says_how(string answer, string how)
    {
        await using var server = new ScriptedEngine(async (_, stream, ct) =>
        {
            await Write(stream, answer, ct);
            throw new IOException();
        });
        await using var engine = server.Engine();

        var error = await Assert.ThrowsAsync<HarborException>(() => engine.VersionAsync(Ct));

        Assert.Contains("broke the connection", error.Message);
        Assert.Contains(how, error.Message);
    }

    [Fact]
    public async Task A_refusal_carries_the_engine_s_own_words()
    {
        await using var server = new ScriptedEngine((_, stream, ct) =>
            Write(stream, "HTTP/1.1 409 Conflict\r\nContent-Length: 33\r\n\r\n{\"message\":\"name already in use\"}", ct));
        await using var engine = server.Engine();

        var error = await Assert.ThrowsAsync<HarborException>(() => engine.RenameAsync("c1", "web", Ct));

        Assert.Contains("refused 'rename to web' (409): name already in use", error.Message);
    }

    [Fact]
    public async Task No_socket_is_an_error_with_the_command_to_type()
    {
        await using var engine = new SocketEngine(new EngineEndpoint(EndpointKind.Unix, "unix:///nowhere/docker.sock", "the default"));

        var error = await Assert.ThrowsAsync<HarborException>(() => engine.VersionAsync(Ct));

        Assert.Contains("unix:///nowhere/docker.sock (the default) does not exist", error.Message);
        Assert.Contains(OperatingSystem.IsLinux() ? "./build.sh --target=Setup" : "Docker Desktop", error.Message);
    }

    [Fact]
    public async Task A_socket_that_nobody_listens_at_is_an_error_that_says_so()
    {
        var server = new ScriptedEngine((_, _, _) => Task.CompletedTask);
        await server.DisposeAsync();
        await File.WriteAllTextAsync(server.Path, "", Ct);
        await using var engine = server.Engine();

        var error = await Assert.ThrowsAsync<HarborException>(() => engine.VersionAsync(Ct));

        File.Delete(server.Path);
        Assert.Contains("nothing listens at unix://" + server.Path, error.Message);
    }

    [Fact]
    public async Task Cancelling_ends_a_question_at_once()
    {
        await using var server = new ScriptedEngine((_, _, _) => Task.CompletedTask);
        await using var engine = server.Engine();
        using var cancel = new CancellationTokenSource(100);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.VersionAsync(cancel.Token));
    }

    [Fact]
    public async Task An_engine_that_accepts_nobody_is_given_up_on_and_cancelling_ends_the_wait_for_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a full queue refuses.");
        var path = Path.Combine(Path.GetTempPath(), $"harbor-{Guid.NewGuid():N}.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(0);
        using var queued = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await queued.ConnectAsync(new UnixDomainSocketEndPoint(path), Ct); // One fits.
        await using var engine = new SocketEngine(
            new EngineEndpoint(EndpointKind.Unix, "unix://" + path, "DOCKER_HOST"))
        { Patience = TimeSpan.FromSeconds(0.3) };
        using var cancel = new CancellationTokenSource(100);

        // On a thread of their own: what waits for ever must not take the test with it.
        var cancelled = Task.Run(() => engine.VersionAsync(cancel.Token), Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(TimeSpan.FromSeconds(10), Ct));
        var error = await Assert.ThrowsAsync<HarborException>(
            () => Task.Run(() => engine.VersionAsync(Ct), Ct).WaitAsync(TimeSpan.FromSeconds(10), Ct));

        File.Delete(path);
        Assert.Contains("did not answer within 0.3 s", error.Message);
    }

    [Fact]
    public async Task Events_come_one_by_one_though_packets_split_them()
    {
        await using var server = new ScriptedEngine(async (_, stream, ct) =>
        {
            await Write(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", ct);
            var two = Event("start", "") + "\n" + Event("die", "\"exitCode\":\"3\",") + "\n";
            foreach (var part in two.Chunk(70))
            {
                await Write(stream, $"{part.Length:x}\r\n{new string(part)}\r\n", ct);
                await Task.Delay(5, ct);
            }
        });
        await using var engine = server.Engine();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var seen = new List<EngineEvent>();
        await foreach (var happened in await engine.EventsAsync("p", stop.Token))
        {
            seen.Add(happened);
            if (seen.Count == 2)
            {
                break;
            }
        }

        Assert.Equal([("start", "web", null), ("die", "web", (int?)3)], seen.Select(one => (one.Action, one.Service, one.ExitCode)));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1.5), seen[0].At);

        static string Event(string action, string attributes) =>
            $$"""{"Action":"{{action}}","timeNano":1500000000,"Actor":{"ID":"c1","Attributes":{""" + attributes
            + "\"com.docker.compose.service\":\"web\"}}}";
    }
}
