using Harbor.Masking;
using Harbor.Processes;
using Harbor.Stacks;

namespace Harbor.Tests.Stacks;

/// <summary>
/// A project in a temporary folder that is deployed in this process, by the library alone. What it deployed is gone after the test.
/// </summary>
internal sealed class StackProject : IAsyncDisposable
{
    /// <param name="service">What of its service differs from one test to the other.</param>
    /// <param name="name">Of the Compose project; one of its own if null.</param>
    public StackProject(string service, string? name = null)
    {
        Name = name ?? Name;
        Paths = new ProjectPaths(Directory.CreateTempSubdirectory("harbor-stack-").FullName);
        Run = NewRun();
        Write("etc/harbor.yaml", $$"""
            version: 1
            name: {{Name}}
            profiles: { default: { services: [web] } }
            source: { rules: { autoCapabilities: false } }
            prepare: { env: { sources: [{ type: sys }, { type: secrets, generate: [PASSWORD] }] } }
            deploy: { steps: [{ action: compose.up }] }
            destroy: { steps: [{ action: compose.down }] }
            """);
        Write("etc/sys.env", "GREETING=hello\n");
        Write("etc/stacks/compose.yml", "services: {}\n");
        Write("etc/stacks/compose.web.yml",
            $"services: {{ web: {{ image: 'debian:bookworm', init: true, stop_grace_period: 0s, {service} }} }}\n");
        Write("stacks/web/templates/web.conf", "greeting {{GREETING}}\n");
    }

    public string Name { get; } = $"stack{Guid.NewGuid():N}"[..14];

    public ProjectPaths Paths { get; private set; }

    public StackOptions Options { get; set; } = new();

    public bool TakesOver { get; set; }

    /// <summary>The last run.</summary>
    public StackRun Run { get; private set; }

    public List<string> Lines { get; } = [];

    /// <summary>That it builds; they are removed after the test.</summary>
    public List<string> Images { get; } = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Write(string path, string text)
    {
        var full = Path.Combine(Paths.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    /// <summary>All steps of a run that looks.</summary>
    public async Task<PlannedStack> PlanAsync()
    {
        Run = NewRun(mayWrite: false);
        return await PlanAsync(Run);
    }

    /// <summary>All steps of a run that deploys.</summary>
    public async Task<DeployedResult> DeployAsync()
    {
        Run = NewRun();
        return await StackDeployer.DeployAsync(Run, await PlanAsync(Run), TimeSpan.FromMinutes(1), _ => { }, Ct);
    }

    /// <summary>What a Destroy would remove.</summary>
    public async Task<StackRemoval> PlanRemovalAsync(bool volumes = false)
    {
        Run = NewRun(mayWrite: false);
        return await PlanRemovalAsync(Run, volumes);
    }

    /// <returns>False where nothing was deployed.</returns>
    public async Task<bool> DestroyAsync(bool volumes = false)
    {
        Run = NewRun();
        var removal = await PlanRemovalAsync(Run, volumes);
        if (!removal.IsEmpty)
        {
            await StackDestroyer.DestroyAsync(Run, removal, Ct);
        }

        return !removal.IsEmpty;
    }

    /// <summary>As <c>mv</c> does; what was deployed knows nothing of it.</summary>
    public void Move()
    {
        var folder = Paths.Root + "-moved";
        Directory.Move(Paths.Root, folder);
        Paths = new ProjectPaths(folder);
    }

    /// <summary>As <c>cp -r</c> does, <c>var</c> included.</summary>
    public async Task<StackProject> CopyAsync()
    {
        var copy = new StackProject("", Name);
        Directory.Delete(copy.Paths.Root, recursive: true);
        await new Command(TestScope.New(), "cp", "-a", Paths.Root, copy.Paths.Root).RunAsync(Ct);
        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        await new Command(TestScope.New(), "docker", "compose", "--project-name", Name, "down", "--remove-orphans", "--volumes")
            .RunAsync(CancellationToken.None);
        foreach (var image in Images)
        {
            await new Command(TestScope.New(), "docker", "rmi", "--force", image).TryRunAsync(CancellationToken.None);
        }

        await Run.Engine.DisposeAsync();
        Directory.Delete(Paths.Root, recursive: true);
    }

    private Task<StackRemoval> PlanRemovalAsync(StackRun run, bool volumes) => StackRemoval.PlanAsync(
        run,
        () => StackDefinition.Read(run.Paths, Options).Descriptor is var descriptor ? (descriptor.Name, descriptor.Owner) : default,
        volumes,
        Ct);

    private async Task<PlannedStack> PlanAsync(StackRun run)
    {
        var definition = StackDefinition.Read(run.Paths, Options);
        var selected = await SelectedStack.SelectAsync(run, definition, explain: false, Ct);
        var prepared = PreparedStack.Prepare(run, MergedStack.Merge(run, selected));
        var snapshot = await StackSnapshot.ReadAsync(run, definition.Descriptor.Name, definition.Descriptor.Owner, Ct);
        return await PlannedStack.PlanAsync(run, prepared, snapshot, Ct);
    }

    private StackRun NewRun(bool mayWrite = true) =>
        new(TestScope.New(new Redaction(), KeyValuePair.Create(StackDeployer.PlanCheckVariable, "fail")), Paths,
            new StackOutput { Line = Lines.Add, Information = Lines.Add, Warning = Lines.Add })
        { MayWrite = mayWrite, TakesOver = TakesOver };
}
