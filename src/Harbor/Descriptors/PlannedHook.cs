using Harbor.Descriptors.Reading;

namespace Harbor.Descriptors;

/// <summary>One execution of a hook: one for each run, or at a service point one for each service.</summary>
/// <param name="Service">The service whose environment the hook sees; null means the environment of the whole run.</param>
public sealed record PlannedHook(Hook Hook, string? Service)
{
    /// <summary>The task's name: <c>Hook:pre_deploy:notify</c>, <c>Hook:post_service_up:web:check</c>.</summary>
    public string Name => $"Hook:{PointName}:{(Service is null ? "" : $"{Service}:")}{Hook.Name}";

    /// <summary>The descriptor's word: <c>pre_deploy</c>.</summary>
    public string PointName => NameOf(Hook.Point);

    /// <summary>Relative to the root; null for a container or a script inside the descriptor.</summary>
    public string? Path => Hook.Path?.Replace("${service}", Service, StringComparison.Ordinal);

    internal static string NameOf(HookPoint point)
    {
        foreach (var word in Words.HookPoints)
        {
            if (word.Value == point)
            {
                return word.Text;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(point), point, null);
    }
}
