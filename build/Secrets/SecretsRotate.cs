using Harbor.Frosting;

namespace Harbor.Build.Secrets;

[TaskName("SecretsRotate")]
[TaskDescription("Encrypts --file=PATH anew with a new data key, for the same recipients. Refused where those are not the ones of .sops.yaml.")]
public sealed class SecretsRotate : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var file = SecretFiles.Of(context);
        file.Rotate();
        context.Say($"{file.Name} has a new data key.");
    }
}
