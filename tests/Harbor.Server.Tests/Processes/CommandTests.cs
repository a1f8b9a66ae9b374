namespace Harbor.Server.Tests.Processes;

/// <summary>The program's own commands, as users type them.</summary>
public sealed class CommandTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fly", "'fly'")]
    [InlineData("fly", "See: ./harbor --help")]
    [InlineData("keys fly", "See: ./harbor keys --help")]
    [InlineData("keys create", "--name")]
    [InlineData("server --port 1", "--port")]
    [InlineData("server --database mysql://x", "postgresql://user:password@host")]
    [InlineData("worker --slots 2", "PostgreSQL")]
    [InlineData("server restore --from /nowhere", "There is no /nowhere")]
    public async Task Bad_input_ends_with_2_and_a_sentence(string line, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("harbor-command-").FullName;
        try
        {
            string[] data = line.StartsWith("fly", StringComparison.Ordinal)
                || line == "keys fly" ? [] : ["--data", Path.Combine(folder, "d")];
            await using var child = new ChildProcess("dotnet", [ServerProcess.Program, .. line.Split(' '), .. data]);

            Assert.Equal(2, await child.EndedAsync(Ct));
            Assert.Contains(expected, child.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_second_server_in_the_same_folder_is_refused_and_a_back_up_restores_everything()
    {
        var folder = Directory.CreateTempSubdirectory("harbor-backup-").FullName;
        var (data, saved, restored) = (Path.Combine(folder, "data"), Path.Combine(folder, "saved.zip"), Path.Combine(folder, "restored"));
        try
        {
            string id;
            await using (var server = new ServerProcess(data, null, "--no-worker"))
            {
                using var client = await server.StartAsync(Ct);
                id = (await client.PostAsync("/api/harbor/deployments",
                    Archives.Create("saved", Archives.Of(("Dockerfile", "FROM scratch"))).ToJsonString())).Text("id");
                await using var second = new ChildProcess("dotnet",
                    [ServerProcess.Program, "server", "--urls", "http://127.0.0.1:0", "--data", data]);
                Assert.Equal(2, await second.EndedAsync(Ct));
                Assert.Contains("Another Harbor server works in", second.Output, StringComparison.Ordinal);
                await ChildProcess.RunAsync("dotnet", ServerProcess.Program, "server", "backup", "--to", saved, "--data", data);
            }

            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(saved));
            await ChildProcess.RunAsync("dotnet", ServerProcess.Program, "server", "restore", "--from", saved, "--data", restored);
            await using var again = new ServerProcess(restored, null, "--no-worker");
            using var reader = await again.StartAsync(Ct);
            Assert.Equal("saved", (await reader.GetJsonAsync($"/api/harbor/deployments/{id}")).Text("name"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>A worker of its own beside a server that only answers.</summary>
[Trait("Category", "Engine")]
public sealed class WorkerTests(TestServers servers)
{
    [Fact]
    public async Task A_worker_runs_what_a_server_without_one_accepts()
    {
        var ct = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("harbor-worker-").FullName;
        var database = await servers.Cluster.NewDatabaseAsync();
        try
        {
            await using var server = new ServerProcess(Path.Combine(folder, "server"), database, "--no-worker");
            using var client = await server.StartAsync(ct);
            File.Copy(Path.Combine(folder, "server", "secret.key"), Path.Combine(folder, "secret.key"));
            await File.WriteAllTextAsync(Path.Combine(folder, "settings.json"), """{"Sandbox":{"FreeDiskGb":1}}""", ct);
            await using var worker = new ChildProcess("dotnet",
                [ServerProcess.Program, "worker", "--slots", "2", "--database", database, "--data", folder], "Harbor worker on");
            Assert.DoesNotContain("Username", await worker.AnnouncedAsync(ct), StringComparison.Ordinal);
            Assert.True(Directory.Exists(Path.Combine(folder, "contexts")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
