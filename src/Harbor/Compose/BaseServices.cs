using System.Text.Json.Nodes;

namespace Harbor.Compose;

/// <summary>Leaves out services of the base files that were not selected, as <c>docker compose up redis</c> does.</summary>
internal static class BaseServices
{
    /// <summary>The model without the services that only the base files have, but for these and what the rest depends on.</summary>
    /// <param name="baseFiles">Absolute paths of some of the project's files.</param>
    /// <param name="only">Services of the base files that stay.</param>
    public static ResolvedModel Keep(
        ComposeProject project, ResolvedModel model, IReadOnlyCollection<string> baseFiles, IEnumerable<string> only)
    {
        var variables = project.Interpolated();
        var ofBase = ComposeInputs.Find(project.Directory, baseFiles, variables).Services;
        var ofOthers = ComposeInputs.Find(project.Directory, project.Files.Except(baseFiles), variables).Services;
        var root = JsonNode.Parse(model.Text)!.AsObject();
        if (root["services"] is not JsonObject services)
        {
            return model;
        }

        var kept = new HashSet<string>();
        var next = new Stack<string>(services.Select(service => service.Key)
            .Where(service => !ofBase.Contains(service) || ofOthers.Contains(service)).Concat(only));
        while (next.TryPop(out var service))
        {
            if (kept.Add(service) && services[service]?["depends_on"] is JsonObject dependencies)
            {
                // Compose lists there what links, network_mode, volumes_from and the like need, too.
                dependencies.Select(dependency => dependency.Key).ToList().ForEach(next.Push);
            }
        }

        foreach (var service in services.Select(service => service.Key).Where(service => !kept.Contains(service)).ToList())
        {
            services.Remove(service);
        }

        return ResolvedModel.Parse(project, root.ToJsonString());
    }
}
