using Harbor.Frosting;

namespace Harbor.Pipeline.Secrets;

[TaskName("SecretsRotate")]
[TaskDescription("Gives a file a new data key and keeps its recipients.")]
[TaskGroup(Groups.Secrets)]
[TaskAlias("secrets rotate")]
[OwnsOutput]
[SecretFileOptions]
[Example("secrets rotate --file=etc/app.sops.env")]
public sealed class SecretsRotate : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var file = SecretFiles.FromOptions(context);
        file.Rotate();
        context.Say($"{file.Name} has a new data key.");
    }
}
