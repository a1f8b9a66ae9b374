using Harbor.Server.Database;

namespace Harbor.Server.Tests.Builds;

[Trait("Category", "Engine")]
public sealed class FullDiskTests : IAsyncDisposable
{
    private readonly FullWorker _server = new();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Where_the_disk_has_too_little_room_builds_wait_and_say_so()
    {
        using var client = await _server.ClientAsync();
        await client.PostAsync("/api/harbor/deployments",
            Archives.Create("waits", Archives.Of(("Dockerfile", "FROM scratch"))).ToJsonString());

        var status = await client.UntilAsync("/api/harbor/deployments/waits/status",
            answer => answer["builds"]![0]!["error_message"] is not null);

        Assert.Equal("pending", status["builds"]![0]!.Text("status"));
        Assert.Equal("waits: less than 1000000 GiB of disk are free", status["builds"]![0]!.Text("error_message"));
    }

    private sealed class FullWorker : WorkerServer
    {
        protected override IReadOnlyDictionary<string, string?> Settings =>
            new Dictionary<string, string?>(base.Settings) { ["Sandbox:FreeDiskGb"] = "1000000" };

        private protected override Task<DatabaseUrl> DatabaseAsync(DataFolder data) => Task.FromResult(DatabaseUrl.File(data.Path));
    }
}
