using Harbor.Frosting;

namespace Harbor.Build.Secrets;

[TaskName("SecretsUpdateKeys")]
[TaskDescription("Encrypts the data key of --file=PATH for the recipients of .sops.yaml, and for nobody else.")]
public sealed class SecretsUpdateKeys : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var file = SecretFiles.Of(context);
        var (added, removed) = file.UpdateKeys();
        foreach (var line in added.Select(recipient => $"added {recipient}").Concat(removed.Select(recipient => $"removed {recipient}")))
        {
            context.Say($"{file.Name}: {line}");
        }

        if (removed.Count > 0)
        {
            context.Say("Who was removed still knows the data key and the values: run SecretsRotate, and change the secrets themselves.");
        }

        if (added.Count + removed.Count == 0)
        {
            context.UpToDate("recipients as in .sops.yaml");
        }
    }
}
