using Harbor.Frosting;

namespace Harbor.Pipeline.Secrets;

[TaskName("SecretsUpdateKeys")]
[TaskDescription("Gives a file exactly the recipients of .sops.yaml.")]
[TaskGroup(Groups.Secrets)]
[TaskAlias("secrets updatekeys")]
[OwnsOutput]
[SecretFileOptions]
[Example("secrets updatekeys --file=etc/app.sops.env")]
public sealed class SecretsUpdateKeys : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var file = SecretFiles.FromOptions(context);
        var (added, removed) = file.UpdateKeys();
        foreach (var line in added.Select(recipient => $"added {recipient}").Concat(removed.Select(recipient => $"removed {recipient}")))
        {
            context.Say($"{file.Name}: {line}");
        }

        if (removed.Count > 0)
        {
            context.Say(
                "Removed recipients still know the data key and the values: run SecretsRotate, then change the secrets themselves.");
        }

        if (added.Count + removed.Count == 0)
        {
            context.UpToDate("recipients as in .sops.yaml");
            context.Say("up to date: recipients as in .sops.yaml");
        }
    }
}
