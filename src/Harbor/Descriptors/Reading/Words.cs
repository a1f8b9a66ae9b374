using Harbor.Composition;
using Harbor.Templates;

namespace Harbor.Descriptors.Reading;

/// <summary>The words that the descriptor has for the values of our enums.</summary>
internal static class Words
{
    public static readonly IReadOnlyList<(string Word, Wildcard Value)> Wildcards = [("services", Wildcard.Services), ("tree", Wildcard.Tree)];

    public static readonly IReadOnlyList<(string Word, TemplateEngine Value)> Engines = [("handlebars", TemplateEngine.Handlebars), ("envsubst", TemplateEngine.Envsubst)];

    public static readonly IReadOnlyList<(string Word, EnvironmentSourceType Type)> SourceTypes =
    [
        ("sys", EnvironmentSourceType.Sys),
        ("site", EnvironmentSourceType.Site),
        ("service", EnvironmentSourceType.Service),
        ("dotenv", EnvironmentSourceType.Dotenv),
        ("secrets", EnvironmentSourceType.Secrets),
        ("sops", EnvironmentSourceType.Sops),
    ];

    public static readonly IReadOnlyList<(string Word, HookType Type)> HookTypes =
        [("shell", HookType.Shell), ("ts_routine", HookType.TsRoutine), ("container", HookType.Container)];

    public static readonly IReadOnlyList<(string Word, HookPoint Point)> HookPoints =
    [
        ("pre_source", HookPoint.PreSource),
        ("post_source", HookPoint.PostSource),
        ("pre_prepare", HookPoint.PrePrepare),
        ("post_prepare", HookPoint.PostPrepare),
        ("pre_deploy", HookPoint.PreDeploy),
        ("post_deploy", HookPoint.PostDeploy),
        ("pre_destroy", HookPoint.PreDestroy),
        ("post_destroy", HookPoint.PostDestroy),
        ("pre_service_prepare", HookPoint.PreServicePrepare),
        ("post_service_prepare", HookPoint.PostServicePrepare),
        ("pre_service_up", HookPoint.PreServiceUp),
        ("post_service_up", HookPoint.PostServiceUp),
    ];
}
