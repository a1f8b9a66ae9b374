using Harbor.Frosting;

namespace Harbor.Build.Secrets;

[TaskName("SecretsEncrypt")]
[TaskDescription("Encrypts --file=PATH in its place for the recipients of .sops.yaml; a file that is not there is made from standard input.")]
public sealed class SecretsEncrypt : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var file = SecretFiles.Of(context);
        file.Encrypt(() => SecretFiles.ReadInput($"{file.Name} does not exist, so its plain content"));
        context.Say($"{file.Name} is encrypted.");
    }
}
