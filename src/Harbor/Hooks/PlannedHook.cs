using Harbor.Descriptors;
using Harbor.Descriptors.Reading;

namespace Harbor.Hooks;

/// <summary>A hook as it runs: once for the run, or at a service's point once for each of its services.</summary>
/// <param name="Service">Whose environment it sees; null: that of the whole run.</param>
public sealed record PlannedHook(Hook Hook, string? Service)
{
    /// <summary>Of its task: <c>Hook:pre_deploy:notify</c>, <c>Hook:post_service_up:web:check</c>.</summary>
    public string Name => $"Hook:{PointName}:{(Service is null ? "" : $"{Service}:")}{Hook.Name}";

    /// <summary>As the descriptor has it: <c>pre_deploy</c>.</summary>
    public string PointName => NameOf(Hook.Point);

    /// <summary>Relative to the root; null for a container or a script that stands in the descriptor.</summary>
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
