using Harbor.Frosting;

namespace Harbor.Pipeline.Services;

/// <summary>Options of tasks on the services that are deployed.</summary>
public sealed class ServiceOptionsAttribute : TaskOptionsAttribute
{
    public override IReadOnlyList<TaskOptionAttribute> Options { get; } =
    [
        new("service", "Only these services; they may also be typed as words") { Value = "A,B" },
        new("project-name", "Name of the Compose project, instead of the deployed one") { Value = "NAME" },
    ];
}
