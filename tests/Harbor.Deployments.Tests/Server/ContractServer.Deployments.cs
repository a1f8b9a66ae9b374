using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Harbor.Deployments.Tests.Packaging;
using Harbor.Deployments.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Harbor.Deployments.Tests.Server;

internal sealed partial class ContractServer
{
    private const string Root = "/api/harbor/deployments";
    private readonly List<Deployment> _deployments = [];

    /// <summary>Digests of contexts that the server has.</summary>
    public Dictionary<string, byte[]> Contexts { get; } = [];

    /// <summary>How often a status is asked for before the build ends.</summary>
    public int BuildTakes { get; set; }

    /// <summary>Null: builds succeed.</summary>
    public string? BuildFails { get; set; }

    public string BuildLog { get; } = "Step 1/2 : FROM scratch\n ---> 0\r\nStep 2/2 : \"x\"\n";

    /// <summary>Uploads are counted, not kept.</summary>
    public bool DrainsUploads { get; set; }

    /// <summary>Bytes of the last body, if it was drained.</summary>
    public long Drained { get; private set; }

    public IReadOnlyList<CreateDeploymentRequest> Created => [.. _deployments.Select(deployment => deployment.Request)];

    /// <summary>A deployment that is ready.</summary>
    public string Add(string name)
    {
        _deployments.Add(new Deployment(new CreateDeploymentRequest { Name = name }) { Status = "ready" });
        return _deployments[^1].Id;
    }

    private void MapDeployments()
    {
        _app.MapPost(Root, CreateAsync);
        _app.MapGet(Root, context => WriteAsync(context, new DeploymentList
        {
            Deployments = [.. _deployments.Where(known => context.Request.Query["name"] is var name
                && (name is [] || known.Request.Name == name)).Select(known => known.Answer)],
            Total = _deployments.Count,
        }, HarborJson.Default.DeploymentList));
        _app.MapMethods("/api/harbor/contexts/{digest}", ["HEAD"], (string digest) =>
            Contexts.ContainsKey(digest) ? Results.Ok() : Results.NotFound());
        Map("", "GET", (context, known) => WriteAsync(context, known.Answer, HarborJson.Default.HarborDeployment));
        Map("", "DELETE", (context, known) =>
        {
            _deployments.Remove(known);
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        Map("/status", "GET", (context, known) =>
        {
            known.Advance(BuildTakes, BuildFails);
            return WriteAsync(context, known.StatusAnswer, HarborJson.Default.DeploymentStatusAnswer);
        });
        Map("/build", "POST", async (context, known) =>
        {
            await ReadAsync(context, HarborJson.Default.BuildRequest);
            known.Builds.Insert(0, Guid.CreateVersion7().ToString());
            await WriteAsync(context, new BuildAccepted(known.Builds[0], "pending", false), HarborJson.Default.BuildAccepted);
        });
        Map("/builds/{b}/logs", "GET", LogAsync);
        Map("/instances/batch", "POST", BatchAsync);
        Map("/instances/build-all", "POST", (context, known) =>
        {
            known.AllReady();
            return WriteAsync(context, new BuildAllAnswer { TotalInstances = known.Instances.Count, ReadyCount = known.Instances.Count },
                HarborJson.Default.BuildAllAnswer);
        });
        Map("/instances", "GET", ListAsync);
    }

    private void Map(string rest, string method, Func<HttpContext, Deployment, Task> answer) =>
        _app.MapMethods($"{Root}/{{d}}{rest}", [method], context => Find(context) is { } known
            ? answer(context, known) : ErrorAsync(context, 404, $"deployment '{context.Request.RouteValues["d"]}' not found", "not_found"));

    private Deployment? Find(HttpContext context) =>
        _deployments.Find(known => (string)context.Request.RouteValues["d"]! is var id && (known.Id == id || known.Request.Name == id));

    private async Task CreateAsync(HttpContext context)
    {
        if (DrainsUploads)
        {
            await DrainAsync(context);
            return;
        }

        var request = await ReadAsync(context, HarborJson.Default.CreateDeploymentRequest);
        if (request.Validate() is { Count: > 0 } errors)
        {
            context.Response.StatusCode = 422;
            await WriteAsync(context, new HarborErrorAnswer { Detail = string.Join("; ", errors), Code = "invalid", Errors = errors },
                HarborJson.Default.HarborErrorAnswer);
            return;
        }

        if (request.ContextTarBase64 is { } base64)
        {
            var tar = PackedContexts.Unzipped(Convert.FromBase64String(base64));
            request = request with { ContextDigest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(tar)) };
            Contexts[request.ContextDigest] = tar;
        }
        else if (!Contexts.ContainsKey(request.ContextDigest ?? ""))
        {
            context.Response.StatusCode = 422;
            await WriteAsync(context, new HarborErrorAnswer
            {
                Detail = "the context is not there; send it",
                Code = "invalid",
                Errors = [new FieldError("context_digest", "the context is not there; send it")],
            }, HarborJson.Default.HarborErrorAnswer);
            return;
        }

        if (_deployments.Find(known => known.Request.Name == request.Name) is { } taken)
        {
            await (taken.Request.ContextDigest == request.ContextDigest
                ? WriteAsync(context, taken.Answer, HarborJson.Default.HarborDeployment)
                : ErrorAsync(context, 409, $"a deployment named '{request.Name}' exists", "name_taken", taken.Id));
            return;
        }

        _deployments.Add(new Deployment(request));
        await WriteAsync(context, _deployments[^1].Answer, HarborJson.Default.HarborDeployment);
    }

    private async Task DrainAsync(HttpContext context)
    {
        var buffer = new byte[64 * 1024];
        Drained = 0;
        while (await context.Request.Body.ReadAsync(buffer) is > 0 and var read)
        {
            Drained += read;
        }

        Assert.Equal(context.Request.ContentLength, Drained);
        _deployments.Add(new Deployment(new CreateDeploymentRequest { Name = "probe" }));
        await WriteAsync(context, _deployments[^1].Answer, HarborJson.Default.HarborDeployment);
    }

    /// <summary>Text from a byte offset; followed, it comes in pieces of which each connection gets one.</summary>
    private async Task LogAsync(HttpContext context, Deployment known)
    {
        const int Piece = 10;
        string? last = context.Request.Headers["Last-Event-ID"];
        var offset = last is null ? Number(context, "offset", 0) : int.Parse(last, CultureInfo.InvariantCulture);
        if (context.Request.Query["follow"] != "true")
        {
            await context.Response.WriteAsync(BuildLog[offset..]);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        var end = Math.Min(offset + Piece, BuildLog.Length);
        var text = JsonSerializer.Serialize(BuildLog[offset..end], HarborJson.Default.String);
        await context.Response.WriteAsync(offset < end
            ? $": hello\n\nid: {end}\nevent: log\ndata: {text}\n\n" : "event: end\ndata: {\"status\":\"completed\"}\n\n");
    }

    private static async Task BatchAsync(HttpContext context, Deployment known)
    {
        var request = await ReadAsync(context, HarborJson.Default.CreateInstancesRequest);
        if (request.Count is < 1 or > 10_000)
        {
            await ErrorAsync(context, 422, $"count must be 1-10000 (got {request.Count})", "invalid");
            return;
        }

        var before = known.Instances.Count;
        var ours = Enumerable.Range(0, (int)request.Count).Select(index => known.Instance(request.StartSeed + index)).ToList();
        await WriteAsync(context, new InstanceBatchAnswer
        {
            Total = known.Instances.Count,
            ReadyCount = 0,
            BuildingCount = 0,
            FailedCount = 0,
            Created = known.Instances.Count - before,
            Existing = request.Count - (known.Instances.Count - before),
            Instances = [.. ours.Select(instance => new InstanceSummary(instance.Id, instance.Seed, instance.Status))],
        }, HarborJson.Default.InstanceBatchAnswer);
    }

    private static Task ListAsync(HttpContext context, Deployment known)
    {
        var offset = Number(context, "offset", 0);
        var limit = Number(context, "limit", 50);
        var page = known.Instances.Values.Skip(offset).Take(limit).ToList();
        return WriteAsync(context, new InstanceList
        {
            Instances = page,
            Total = known.Instances.Count,
            ReadyCount = known.Instances.Count,
            BuildingCount = 0,
            FailedCount = 0,
            NextOffset = offset + page.Count < known.Instances.Count ? offset + page.Count : null,
        }, HarborJson.Default.InstanceList);
    }

    private static int Number(HttpContext context, string name, int otherwise) =>
        int.TryParse(context.Request.Query[name], CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private sealed class Deployment(CreateDeploymentRequest request)
    {
        private int _asked;

        public CreateDeploymentRequest Request { get; } = request;
        public string Id { get; } = Guid.CreateVersion7().ToString();
        public List<string> Builds { get; } = [Guid.CreateVersion7().ToString()];
        public SortedDictionary<long, HarborInstance> Instances { get; } = [];
        public string Status { get; set; } = "pending";
        public string? Error { get; private set; }

        public HarborDeployment Answer => new()
        {
            Id = Id,
            Name = Request.Name,
            DeploymentName = Request.Name,
            Status = Status,
            SnapshotId = Status == "ready" ? "sha256:0" : null,
            Description = Request.Description,
            Limits = Request.Limits,
            LatestBuild = new LatestBuild { Id = Builds[0], Status = Status },
        };

        public DeploymentStatusAnswer StatusAnswer => new()
        {
            Id = Id,
            Name = Request.Name,
            Status = Status,
            SnapshotId = Answer.SnapshotId,
            Error = Error,
            Builds = [.. Builds.Select(build => new HarborBuild
            {
                Id = build,
                Status = Status switch { "ready" => "completed", var other => other },
                ErrorMessage = Error,
            })],
        };

        public void Advance(int takes, string? fails)
        {
            if (Status is "pending" or "building")
            {
                Status = _asked++ < takes ? "building" : fails is null ? "ready" : "failed";
                Error = Status == "failed" ? fails : null;
            }
        }

        public HarborInstance Instance(long seed)
        {
            if (!Instances.TryGetValue(seed, out var instance))
            {
                instance = new() { Id = $"instance-{seed}", DeploymentId = Id, Seed = seed, Status = "pending" };
                Instances[seed] = instance;
            }

            return instance;
        }

        public void AllReady()
        {
            foreach (var (seed, instance) in Instances.ToList())
            {
                Instances[seed] = instance with { Status = "ready" };
            }
        }
    }
}
