using Harbor.Compose;
using Harbor.Engines;
using Harbor.Hashing;
using Harbor.Masking;
using Harbor.Planning;
using Harbor.Readiness;
using Harbor.Stacks;

namespace Harbor.Tests.Compose;

/// <summary>
/// A project in a temporary folder, of a name that nobody else has; its containers, networks and volumes are gone after the test.
/// </summary>
internal sealed class DeployedProject : IAsyncDisposable
{
    public static readonly ProjectKey Key = new([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    private DeployedProject(ComposeTool tool, string compose)
    {
        Tool = tool;
        Folder = Directory.CreateTempSubdirectory("harbor-compose-").FullName;
        Name = "harbortest" + Guid.NewGuid().ToString("N")[..10];
        Compose = compose;
        Engine = Harbor.Engines.Engine.For(EngineEndpoint.Resolve(new Dictionary<string, string>()), TestScope.New());
    }

    public static async Task<DeployedProject> Make(string compose) =>
        new(await ComposeTool.FindAsync(TestScope.New(), stateDirectory: null, Ct), compose);

    public ComposeTool Tool { get; }

    public IEngine Engine { get; }

    public string Folder { get; }

    public string Name { get; }

    public string Compose { get; set; }

    public Dictionary<string, string> Variables { get; } = [];

    public Redaction Redaction { get; } = new();

    public List<ServiceProgress> Progress { get; } = [];

    public List<string> Repaired { get; } = [];

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ComposeProject Project()
    {
        var file = Path.Combine(Folder, "compose.yml");
        File.WriteAllText(file, Compose);
        return new ComposeProject(TestScope.New(Redaction), Name, Folder, [file], Variables);
    }

    public string Write(string path, string text)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return full;
    }

    public Task<ResolvedModel> Model() => Tool.ConfigAsync(Project(), null, null, Ct);

    public async Task<ServiceDigests> Digests() => ServiceDigests.Compute(await Model(), Project(), Key);

    public async Task<IReadOnlyList<EngineContainer>> Deploy(IEngine? engine = null, Func<Task>? afterUp = null)
    {
        var (project, model) = (Project(), await Model());
        var digests = ServiceDigests.Compute(model, project, Key);
        var options = new ReadinessOptions { Timeout = Timeout, Redaction = Redaction, OnChange = Progress.Add };
        await using var watch = await ReadinessWatch.StartAsync(engine ?? Engine, model, options, Ct);
        return await watch.UntilReadyAsync(
            async ct =>
            {
                await Repair.UpAsync(
                    Engine, Name, digests.Services, up =>
                    Tool.UpAsync(project, [], new UpOverlay { Digests = digests.Services }, null, up), Repaired.Add, ct);
                await (afterUp?.Invoke() ?? Task.CompletedTask);
            },
            Ct);
    }

    public Func<Task> UntilExited(params string[] services) => async () =>
    {
        while ((await Containers())
            .Count(container => services.Contains(container.Service) && container.State == ContainerState.Exited) < services.Length)
        {
            await Task.Delay(20, Ct);
        }
    };

    public Task<IReadOnlyList<EngineContainer>> Containers() => Engine.ContainersAsync(Name, Ct);

    public static async Task<string> Docker(params string[] arguments) =>
        (await new Harbor.Processes.Command(TestScope.New(), "docker", arguments).RunAsync(Ct)).Output.Trim();

    public async ValueTask DisposeAsync()
    {
        await new Harbor.Processes.Command(
            TestScope.New(), "docker", "compose", "--project-name", Name, "down", "--remove-orphans", "--volumes")
            .RunAsync(CancellationToken.None);
        await Engine.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
