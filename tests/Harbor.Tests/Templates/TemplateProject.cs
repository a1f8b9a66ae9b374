using Harbor.Environments;
using Harbor.Hashing;
using Harbor.Templates;

namespace Harbor.Tests.Templates;

/// <summary>A small project on disk whose templates a test writes.</summary>
public sealed class TemplateProject : IDisposable
{
    public static readonly ProjectKey Key = new([1, 2, 3]);
    private static readonly TemplateSet[] Sets = [new("stacks/${service}/templates/**", "var/run/${service}/config/")];

    public TemporaryFolder Folder { get; } = new();

    public TreeSwap Swap => new(Folder.Paths);

    public TemplateRequest Request(params string[] services) => new(Folder.Paths, StackEnvironment.Load(new(Folder.Paths,
    [
        new(LayerKind.Sys, "etc/sys.env", null, null, Optional: true, []),
        new(LayerKind.Service, null, "stacks", "service.env", Optional: true, []),
    ])
    { Services = services }), [.. services.Select(service => new ServiceTemplates(service, Sets) { Engine = TemplateEngine.Envsubst })]);

    /// <summary>A request for the service web with something else than usual.</summary>
    public TemplateRequest Request(Func<ServiceTemplates, ServiceTemplates> change)
    {
        var request = Request("web");
        return request with { Services = [change(request.Services[0])] };
    }

    public void Template(string name, string text) => Folder.Write($"stacks/web/templates/{name}", text);

    public string Environment
    {
        set => Folder.Write("etc/sys.env", value);
    }

    public PrepareResult Prepare() => PrepareStep.Run(Request("web"), Key);

    /// <summary>Everything below var/run, as lines of path and text.</summary>
    public string Output() => !Directory.Exists(Folder["var/run"])
        ? "" : string.Join('\n', Directory.EnumerateFiles(Folder["var/run"], "*", SearchOption.AllDirectories)
        .Select(file => $"{Path.GetRelativePath(Folder["var/run"], file)}: {File.ReadAllText(file)}").Order(StringComparer.Ordinal));

    public string Render(string text, TemplateEngine engine, params (string Name, string Value)[] values)
    {
        Template("t", text);
        var request = Request(web => web with { Engine = engine, Extra = values.ToDictionary(value => value.Name, value => value.Value) });
        var tree = RenderedTree.Render(request, TemplateSearch.Find(request));
        return System.Text.Encoding.UTF8.GetString(tree.Files.Single().Content);
    }

    internal static RenderedTree Tree(params (string Name, string Text)[] files) => new([.. files.Select(file =>
        new RenderedFile($"web/config/{file.Name}", "web", (UnixFileMode)0b110_100_100, System.Text.Encoding.UTF8.GetBytes(file.Text)))]);

    /// <summary>Added, changed and removed paths, each as one text.</summary>
    public static (string Added, string Changed, string Removed) Lists(TreeChanges changes) =>
        (string.Join(' ', changes.Added), string.Join(' ', changes.Changed), string.Join(' ', changes.Removed));

    public void Dispose() => Folder.Dispose();
}
