using Harbor.Environments;
using Harbor.Selection;
using Harbor.Templates;

namespace Harbor.Descriptors.Reading;

/// <summary>The descriptor's words for enum values.</summary>
internal static class Words
{
    public static readonly IReadOnlyList<Word<Wildcard>> Wildcards = [new("services", Wildcard.Services), new("tree", Wildcard.Tree)];

    public static readonly IReadOnlyList<Word<TemplateEngine>> Engines =
        [new("handlebars", TemplateEngine.Handlebars), new("envsubst", TemplateEngine.Envsubst), new("scriban", TemplateEngine.Scriban)];

    public static readonly IReadOnlyList<Word<LayerKind>> SourceTypes =
    [
        new("sys", LayerKind.Sys),
        new("site", LayerKind.Site),
        new("service", LayerKind.Service),
        new("dotenv", LayerKind.Dotenv),
        new("secrets", LayerKind.Secrets),
        new("sops", LayerKind.Sops),
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

internal sealed record Word<T>(string Text, T Value);
