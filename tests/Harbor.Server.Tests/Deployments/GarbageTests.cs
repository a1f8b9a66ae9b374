using System.Net;
using Harbor.Server.Sandboxes;
using Harbor.Server.Tests.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Deployments;

/// <summary>A server of its own: what it removes must not be another test's.</summary>
[Trait("Category", "Engine")]
public sealed class GarbageTests : IAsyncLifetime
{
    private readonly SqliteWorker _server = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Only_images_and_contexts_that_nothing_refers_to_are_removed()
    {
        using var client = await _server.ClientAsync();
        var engine = await _server.ServiceAsync<SandboxEngine>();
        var kept = await client.ReadyAsync(Archives.Create("kept", Of("kept")));
        var gone = await client.ReadyAsync(Archives.Create("gone", Of("gone")));
        var graded = Archives.Create("graded", Of("graded"));
        graded["entrypoint"] = Sandboxed.Result("1");
        await client.ReadyAsync(graded);
        await client.PostAsync("/api/harbor/deployments/graded/rollout", Sandboxed.Body(1, "c", retain: "snapshot"));
        foreach (var name in new[] { "gone", "graded" })
        {
            using var deleted = await client.SendAsync(HttpMethod.Delete, $"/api/harbor/deployments/{name}", null);
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        }

        Assert.Equal(0, (await client.PostAsync("/api/harbor/gc", ""))["contexts_removed"]!.GetValue<int>()); // Too fresh.
        await AgeAsync();
        var foreign = await ForeignAsync(engine);
        var answer = await client.PostAsync("/api/harbor/gc", "");

        Assert.Equal(1, answer["contexts_removed"]!.GetValue<int>());
        Assert.True(answer["context_bytes"]!.GetValue<long>() > 0);
        Assert.NotNull(await engine.ImageIdAsync(kept.Text("snapshot_id"), Ct));
        Assert.Null(await engine.ImageIdAsync(gone.Text("snapshot_id"), Ct));
        Assert.NotNull(await engine.ImageIdAsync(foreign, Ct));
        await engine.RemoveImageAsync(foreign, Ct, force: true);
        await client.PostAsync("/api/harbor/deployments/kept/build", """{"force":true}"""); // Its context is there.
        await client.UntilAsync("/api/harbor/deployments/kept/status", status => status["builds"]![0]!.Text("status") == "completed");
        using var reader = await _server.ClientAsync("read,deploy,run");
        await reader.PostAsync("/api/harbor/gc", "", HttpStatusCode.Forbidden);
    }

    /// <summary>Another installation's image on the same engine.</summary>
    private static async Task<string> ForeignAsync(SandboxEngine engine)
    {
        var id = await engine.CreateAsync(new SandboxSpec
        {
            Image = "debian:bookworm",
            Command = "true",
            Labels = new Dictionary<string, string>(),
            Variables = new Dictionary<string, string>(),
            CpuCores = 1,
            MemoryMb = 64,
            DiskMb = 64,
            Pids = 64,
            Runtime = "runc",
            OpenFiles = null,
        }, Ct);
        var image = await engine.CommitAsync(id, $"harbor.local/rollout:{Guid.NewGuid():N}",
            new Dictionary<string, string> { ["harbor.server"] = $"{Guid.NewGuid()}" }, Ct);
        await engine.RemoveAsync(id, Ct);
        return image;
    }

    private static byte[] Of(string name) => Archives.Of(("Dockerfile", $"FROM debian:bookworm\nENV NAME={name}-{Guid.NewGuid()}\n"));

    private async Task AgeAsync()
    {
        var old = TimeProvider.System.GetUtcNow().AddHours(-2);
        await using var db = await _server.OpenAsync();
        await db.Contexts.ExecuteUpdateAsync(set => set.SetProperty(row => row.CreatedAt, old), Ct);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_server.Folder, "contexts")))
        {
            File.SetLastWriteTimeUtc(file, old.UtcDateTime);
        }
    }
}
