using Harbor.Engines;
using Harbor.State;

namespace Harbor.Planning;

/// <summary>What <see cref="LoadedFiles"/> says before and after a plan is carried out.</summary>
public static class LoadedParts
{
    /// <summary>All containers, once a plan is carried out: created, started and reloaded with the files as they are.</summary>
    public static LoadedFiles All(ServiceDigests digests, IEnumerable<EngineContainer> containers) => new(containers
        .Where(container => digests.Reloadable.ContainsKey(container.Service))
        .ToDictionary(container => container.Id, container => SavedParts.Write(digests.Reloadable[container.Service])));

    /// <summary>What is certain while a plan is carried out: nothing about a container that it reloads.</summary>
    public static LoadedFiles Without(this LoadedFiles loaded, StackPlan plan) =>
        new(loaded.Where(container => !plan.Reloads.Any(reload => reload.Id == container.Key)));
}
