using Harbor.Descriptors;

namespace Harbor.Hooks;

/// <summary>The hooks that run at a point, in their order.</summary>
public static class HookPlan
{
    /// <summary>
    /// The listed hooks, then those discovered beside the services. At a service's point, service by service. A hook that names a service
    /// runs only if that is selected.
    /// </summary>
    /// <param name="descriptor">The run's, from <see cref="Descriptor.ForServices"/>.</param>
    /// <param name="services">The selected ones.</param>
    public static IReadOnlyList<PlannedHook> Select(
        HookPoint point, Descriptor descriptor, IReadOnlyList<string> services, ProjectPaths paths)
    {
        var planned = new List<PlannedHook>();
        var listed = descriptor.Hooks.ForPoint(point).ToList();
        var isOfService = point >= HookPoint.PreServicePrepare;
        if (!isOfService)
        {
            planned.AddRange(listed.Where(hook => hook.Service is null || services.Contains(hook.Service))
                .Select(hook => new PlannedHook(hook, hook.Service)));
        }

        foreach (var service in services)
        {
            if (isOfService)
            {
                planned.AddRange(
                    listed.Where(hook => hook.Service is null || hook.Service == service).Select(hook => new PlannedHook(hook, service)));
            }

            if (descriptor.DiscoversHooksOf(service) && Discover(point, service, paths) is { } found
                && !planned.Exists(hook => hook.Path == found.Path))
            {
                planned.Add(found);
            }
        }

        return planned;
    }

    private static PlannedHook? Discover(HookPoint point, string service, ProjectPaths paths)
    {
        var file = $"{PlannedHook.NameOf(point)}.sh";
        var path = $"stacks/{service}/hooks/{file}";
        return File.Exists(Path.Combine(paths.Root, path))
            ? new PlannedHook(new Hook(new Location(path, 0, 0), point, file, HookType.Shell) { Path = path, Service = service }, service)
            : null;
    }
}
