using System.Text.Json.Nodes;
using Harbor.Compose;
using Harbor.Engines;
using Harbor.Planning;
using Harbor.State;

namespace Harbor.Tests.Compose;

/// <summary>A stack, what of it is deployed and what runs: all that a plan is decided on, and tests change.</summary>
internal sealed class PlannedStack : IDisposable
{
    public PlannedStack() => Project.Parse("""
        {
          "services": {
            "web": {"image": "i", "environment": {"A": "1"},
                    "volumes": [{"type": "bind", "source": "$DIR/var/run/web/config", "target": "/c"}]},
            "side": {"image": "i", "network_mode": "service:web"},
            "late": {"image": "i", "depends_on": {"web": {"condition": "service_started", "restart": true}}},
            "job": {"image": "i", "labels": {"harbor.one-shot": "true"}}
          }
        }
        """);

    public TemporaryProject Project { get; } = new();

    public List<EngineContainer> Containers { get; private set; } = [];

    public IReadOnlyList<DeployedContainer> Deployed { get; set; } = [];

    public IReadOnlyDictionary<string, IReadOnlyDictionary<Part, string>>? Parts { get; set; }

    public LoadedFiles Loaded { get; set; } = [];

    public IReadOnlyList<string> ToBuild { get; set; } = [];

    public bool IsUnfinished { get; set; }

    public HashSet<string> Looping { get; } = [];

    public string Image { get; set; } = "sha256:a";

    public void Dispose() => Project.Dispose();

    public void Deploy()
    {
        var digests = Project.Digests();
        Containers = [.. Project.Resolve().Services.Values.SelectMany(service => Enumerable.Range(1, service.Replicas).Select(number =>
            Of(service.Name, number) with { Labels = Label(digests.Services[service.Name]) }))];
        Replace("job", job => job with { State = ContainerState.Exited, ExitCode = 0 });
        Deployed = RunningCheck.Deployed(Containers);
        Parts = digests.Parts;
        Loaded = LoadedParts.All(digests, Containers);
    }

    /// <summary>Without the services that follow web.</summary>
    public void DeployReloading(string label)
    {
        var services = Project.Model["services"]!.AsObject();
        services.Remove("side");
        services["late"]!.AsObject().Remove("depends_on");
        services["web"]!["labels"] = new JsonObject { [Reload.Label] = label };
        Project.Write("var/run/web/config/a", "1");
        Deploy();
    }

    public void Replace(string service, Func<EngineContainer, EngineContainer> change)
    {
        var at = Containers.FindIndex(container => container.Service == service);
        Containers[at] = change(Containers[at]);
    }

    public IEnumerable<string> Changes(PendingFiles? pending = null) => Plan(pending).Changes.Select(change => change.ToString());

    public StackPlan Plan(PendingFiles? pending = null) => StackPlan.Decide(new StackState
    {
        Model = Project.Resolve(),
        Digests = ServiceDigests.Compute(Project.Resolve(), Project.Project, Project.Key, pending),
        ToBuild = ToBuild,
        Images = new Dictionary<string, string> { ["i"] = Image },
        Containers = Containers,
        Deployed = Deployed,
        Parts = Parts,
        Loaded = SavedParts.Read(Loaded),
        Nonce = "nonce",
        IsUnfinished = IsUnfinished,
        Looping = Looping,
    });

    public static EngineContainer Of(string service, int number) => new(
        $"{service}{number}", $"p-{service}-{number}", service, number, ContainerState.Running,
        ContainerHealth.None, null, "i", "sha256:a", Label("d"), [])
    {
        Networks = ["n"],
    };

    public static Dictionary<string, string> Label(string digest) =>
        new() { ["com.docker.compose.project"] = "p", [ComposeTool.DigestLabel] = digest, ["com.docker.compose.config-hash"] = "h" };
}
