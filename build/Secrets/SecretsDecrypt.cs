using Cake.Core.Diagnostics;
using Harbor.Frosting;

namespace Harbor.Build.Secrets;

[TaskName("SecretsDecrypt")]
[TaskDescription("Decrypts --file=PATH to standard output, byte for byte; everything else goes to standard error.")]
public sealed class SecretsDecrypt : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var file = SecretFiles.Of(context);
        var plain = file.Decrypt();
        if (file.RecipientWarning() is { } warning)
        {
            context.Log.Warning("{0}", warning);
        }

        // Not masked and not text, perhaps: the one output that is meant to show secrets.
        using var output = System.Console.OpenStandardOutput();
        output.Write(plain);
    }
}
