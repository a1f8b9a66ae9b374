using Harbor.Yaml;

namespace Harbor.Descriptors.Reading;

/// <summary><c>stacks/[service]/harbor.yaml</c>.</summary>
internal sealed class StackReader(string service, ProblemList problems, ReferenceList references)
{
    private static readonly string[] SystemOnly = ["version", "name", "profiles", "source", "runner"];

    public StackOverride? Read(YamlNode root) => Fields.Read(root, "the override of a stack", problems, One);

    private StackOverride One(Fields fields)
    {
        foreach (var key in SystemOnly)
        {
            fields.ReportMisplaced(
                key, $"'{key}' belongs in etc/harbor.yaml. The override of a stack can have prepare, deploy, post_deploy, destroy " +
                $"and hooks.");
        }

        var prepare = PrepareReader.Read(fields, problems);
        var hooks = new HookReader(service, problems, references).Read(fields);
        return new StackOverride(service)
        {
            Sources = prepare?.Sources ?? [],
            Templates = prepare?.Templates ?? [],
            Engine = prepare?.Engine,
            FromEnv = prepare?.FromEnv,
            Extra = prepare?.Extra ?? new Dictionary<string, string>(),
            Deploy = Steps(fields, "deploy", StepAction.In("deploy")),
            PostDeploy = Steps(fields, "post_deploy", StepAction.In("post_deploy")),
            Destroy = Steps(fields, "destroy", StepAction.In("destroy")),
            Hooks = hooks.Hooks,
            AutodiscoverHooks = hooks.Autodiscover,
        };
    }

    private IReadOnlyList<Step> Steps(Fields fields, string stage, StageActions actions) =>
        fields.ReadMap(stage, section => new StepReader(actions, service, problems, references).Read(section)) ?? [];
}
