using Harbor.Composition;
using Harbor.Templates;

namespace Harbor.Descriptors.Reading;

/// <summary>The words that the descriptor has for the values of our enums.</summary>
internal static class Words
{
    public static readonly IReadOnlyList<Word<Wildcard>> Wildcards = [new("services", Wildcard.Services), new("tree", Wildcard.Tree)];

    public static readonly IReadOnlyList<Word<TemplateEngine>> Engines = [new("handlebars", TemplateEngine.Handlebars), new("envsubst", TemplateEngine.Envsubst)];

    public static readonly IReadOnlyList<Word<EnvironmentSourceType>> SourceTypes =
    [
        new("sys", EnvironmentSourceType.Sys),
        new("site", EnvironmentSourceType.Site),
        new("service", EnvironmentSourceType.Service),
        new("dotenv", EnvironmentSourceType.Dotenv),
        new("secrets", EnvironmentSourceType.Secrets),
        new("sops", EnvironmentSourceType.Sops),
    ];

    public static readonly IReadOnlyList<Word<HookType>> HookTypes =
        [new("shell", HookType.Shell), new("routine", HookType.Routine), new("container", HookType.Container)];

    public static readonly IReadOnlyList<Word<HookPoint>> HookPoints =
    [
        new("pre_source", HookPoint.PreSource),
        new("post_source", HookPoint.PostSource),
        new("pre_prepare", HookPoint.PrePrepare),
        new("post_prepare", HookPoint.PostPrepare),
        new("pre_deploy", HookPoint.PreDeploy),
        new("post_deploy", HookPoint.PostDeploy),
        new("pre_destroy", HookPoint.PreDestroy),
        new("post_destroy", HookPoint.PostDestroy),
        new("pre_service_prepare", HookPoint.PreServicePrepare),
        new("post_service_prepare", HookPoint.PostServicePrepare),
        new("pre_service_up", HookPoint.PreServiceUp),
        new("post_service_up", HookPoint.PostServiceUp),
    ];
}

/// <summary>A class, not a tuple: start-up has no time to compile lists of value types.</summary>
internal sealed record Word<T>(string Text, T Value);
