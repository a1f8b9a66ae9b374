using Harbor.Frosting;

namespace Harbor.Pipeline;

/// <summary>Options that select a stack and its values.</summary>
public sealed class StackOptionsAttribute : TaskOptionsAttribute
{
    public override IReadOnlyList<TaskOptionAttribute> Options { get; } =
    [
        new("profile", "Profile of etc/harbor.yaml (default: 'default')") { Value = "NAME" },
        new("project-name", "Name of the Compose project, instead of the descriptor's") { Value = "NAME" },
        new("services", "Services to deploy in addition to the profile's") { Value = "A,B" },
        new("no-defaults", "Deploy only --services, not the profile's services"),
        new("options", "Options that select compose files, instead of the profile's; '*' selects all") { Value = "X,Y" },
        new("capabilities", "Capabilities to use (nvidia, mdc, cdi, rocm), 'auto' or 'none'")
        {
            Value = "A,B",
            Suggestions = ["auto", "none", "nvidia", "mdc", "cdi", "rocm"],
        },
        new("site", "Site whose etc/sites/NAME.env applies") { Value = "NAME" },
        new("set", "Set a variable; overrides every layer; may be repeated") { Value = "KEY=VALUE" },
        new("skip-hooks", "Run no hooks"),
    ];
}

/// <summary>Options of tasks that take the lock.</summary>
public sealed class LockOptionsAttribute : TaskOptionsAttribute
{
    public override IReadOnlyList<TaskOptionAttribute> Options { get; } =
        [new("wait-lock", "Wait this long for another run's lock (default: fail at once)") { Value = "60s" }];
}

/// <summary>Options of tasks that change containers, networks and volumes.</summary>
public sealed class OwnershipOptionsAttribute : TaskOptionsAttribute
{
    public override IReadOnlyList<TaskOptionAttribute> Options { get; } =
    [
        new("take-over", "Take over the stack that another folder deployed by this name"),
        new("yes", "Confirm all questions"),
    ];
}

/// <summary>Headings of <c>--help</c>.</summary>
internal static class Groups
{
    public const string EveryDay = "every day";
    public const string Look = "look";
    public const string Variables = "variables";
    public const string Tunnels = "tunnels";
    public const string Secrets = "secrets";
    public const string Evaluations = "evaluations";
    public const string Machinery = "machinery";
}
