using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>Instances: what a deployment is for each seed.</summary>
/// <param name="connection">Null resolves URL and key as <see cref="HarborConnection"/> says.</param>
public sealed class HarborInstances(HarborConnection? connection = null)
{
    private const int Page = 500;

    private readonly HarborApi _api = new(connection ?? new HarborConnection());

    /// <summary>Makes sure that there are instances for <paramref name="count"/> seeds from <paramref name="startSeed"/> on.</summary>
    /// <param name="deploymentId">Id or name.</param>
    /// <param name="count">1-10,000.</param>
    /// <param name="build">Also starts to prepare them, and those that failed once more.</param>
    /// <returns>One for each seed, in order of seeds.</returns>
    /// <exception cref="HarborApiException">The server refused, or can't be reached.</exception>
    public static Task<IReadOnlyList<HarborInstance>> CreateHarborInstancesAsync(
        string deploymentId, int count, long startSeed = 0, bool build = true, string? backendUrl = null, string? apiKey = null,
        CancellationToken ct = default) =>
        new HarborInstances(new HarborConnection(backendUrl, apiKey)).CreateAsync(deploymentId, count, startSeed, build, ct);

    /// <inheritdoc cref="CreateHarborInstancesAsync"/>
    public async Task<IReadOnlyList<HarborInstance>> CreateAsync(
        string deploymentId, int count, long startSeed = 0, bool build = true, CancellationToken ct = default)
    {
        var batch = await _api.PostAsync(
            Path(deploymentId, "/batch"), new CreateInstancesRequest { Count = count, StartSeed = startSeed },
            HarborJson.Default.CreateInstancesRequest, HarborJson.Default.InstanceBatchAnswer, ct);
        if (build)
        {
            await BuildAllAsync(deploymentId, ct);
        }

        var summaries = batch.Instances.Select(instance => new HarborInstance
        {
            Id = instance.Id,
            DeploymentId = deploymentId,
            Seed = instance.Seed,
            Status = instance.Status,
        });
        var all = batch.Instances.Count == 0 ? (await ListAsync(deploymentId, ct: ct)).Instances : summaries;
        return [.. all.Where(instance => instance.Seed >= startSeed && instance.Seed - startSeed < count)
            .OrderBy(instance => instance.Seed)];
    }

    /// <summary>Starts to prepare all that are pending or failed.</summary>
    public Task<BuildAllAnswer> BuildAllAsync(string deploymentId, CancellationToken ct = default) => _api.SendAsync(
        HttpMethod.Post, Path(deploymentId, "/build-all"), content: null, HarborApi.NewKey(), HarborJson.Default.BuildAllAnswer, ct);

    /// <summary>All instances; several requests if there are more than fit in one answer.</summary>
    /// <param name="deploymentId">Id or name.</param>
    /// <param name="status">Only these; null for all.</param>
    public async Task<InstanceList> ListAsync(string deploymentId, string? status = null, CancellationToken ct = default)
    {
        var instances = new List<HarborInstance>();
        while (true)
        {
            var query = HarborApi.Query(("status", status), ("limit", Page), ("offset", instances.Count == 0 ? null : instances.Count));
            var page = await _api.GetAsync(Path(deploymentId, query), HarborJson.Default.InstanceList, ct);
            instances.AddRange(page.Instances);
            if (page.NextOffset is null || page.Instances.Count == 0)
            {
                return page with { Instances = instances };
            }
        }
    }

    private static string Path(string deployment, string rest) => $"/api/harbor/deployments/{HarborApi.Part(deployment)}/instances{rest}";
}
