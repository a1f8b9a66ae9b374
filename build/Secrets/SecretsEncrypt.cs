using Cake.Core.Diagnostics;
using Harbor.Frosting;

namespace Harbor.Build.Secrets;

[TaskName("SecretsEncrypt")]
[TaskDescription("Encrypts --file=PATH in its place for the recipients of .sops.yaml; a file that is not there is made from standard input.")]
public sealed class SecretsEncrypt : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var file = SecretFiles.Of(context);
        foreach (var warning in file.Encrypt(() => SecretFiles.ReadInput($"{file.Name} does not exist, so its plain content")))
        {
            context.Log.Warning("{0}", warning);
        }

        context.Say($"{file.Name} is encrypted.");
    }
}
