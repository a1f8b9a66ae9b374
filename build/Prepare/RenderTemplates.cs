using Harbor.Frosting;
using Harbor.Templates;

namespace Harbor.Build.Prepare;

public sealed record PrepareResult(IReadOnlyList<ChangeDocument> Changes);

[TaskName("RenderTemplates")]
[TaskDescription("Renders the services' templates into var/run, all of them or none.")]
[IsDependentOn(typeof(MergeEnvironment))]
public sealed class RenderTemplates : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var services = context.Source.Selection.Services;
        foreach (var service in services)
        {
            var prepare = context.Stack.Descriptor.PrepareFor(service);
            var request = new TemplateRequest(context.Paths, context.Merged.Environment)
            {
                Services = [service],
                Sets = [.. prepare.Templates.Select(template => new TemplateSet(template.From, template.To))],
                Extra = prepare.Interpolation.Extra,
                FromEnvironment = prepare.Interpolation.FromEnv,
            };
            foreach (var file in RenderedTree.Render(request, TemplateSearch.Find(request)).Files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(context.Paths.Run, file.Path))!);
                File.WriteAllBytes(Path.Combine(context.Paths.Run, file.Path), file.Content);
            }
        }
    }
}
