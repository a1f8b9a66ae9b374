using Harbor.Frosting;
using Harbor.Pipeline.Source;

namespace Harbor.Pipeline.Inspect;

[TaskName("Profile")]
[TaskDescription("Lists the profiles of the descriptor.")]
[TaskGroup(Groups.Look)]
[TaskAlias("profile ls")]
[TaskAlias("profile list")]
[ReadOnly]
[PrintsResult]
[RefusesWords("Profiles are sections of etc/harbor.yaml, and a run chooses one: deploy --profile NAME. Values for one purpose, which "
    + "av/harbor keeps in a profile, are a site: write etc/sites/NAME.env, and type deploy --site NAME.")]
[Leaves("nothing")]
[Example("profile ls")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class Profiles : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context) => context.Say(Table.Format(
        ["PROFILE", "SERVICES", "OPTIONS", "WHERE"],
        context.Stack.Descriptor.Profiles.Values.OrderBy(profile => profile.Name, StringComparer.Ordinal).Select(profile => (string[])[
            profile.Name == context.Stack.Profile.Name ? $"{profile.Name} *" : profile.Name,
            List(profile.Services), List(profile.Options), profile.At.ToString()])));

    private static string List(IReadOnlyList<string> words) => words.Count == 0 ? "-" : string.Join(", ", words);
}

[TaskName("Defaults")]
[TaskDescription("Lists the services that a deploy selects without being told.")]
[TaskGroup(Groups.Look)]
[TaskAlias("defaults ls")]
[TaskAlias("defaults list")]
[ReadOnly]
[PrintsResult]
[RefusesWords("The default services are profiles.default.services in etc/harbor.yaml: add or remove them there.")]
[Leaves("nothing")]
[Example("defaults")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class Defaults : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context) => context.Say(context.Stack.Profile.Services.Count > 0
        ? string.Join('\n', context.Stack.Profile.Services)
        : $"The profile {context.Stack.Profile.Name} names no service, so a deploy selects those of the base files.");
}
