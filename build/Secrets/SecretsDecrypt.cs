using Cake.Core.Diagnostics;
using Harbor.Frosting;

namespace Harbor.Pipeline.Secrets;

[TaskName("SecretsDecrypt")]
[TaskDescription("Decrypts a file to standard output, byte for byte.")]
[TaskGroup(Groups.Secrets)]
[TaskAlias("secrets decrypt")]
[OwnsOutput]
[SecretFileOptions]
[Example("secrets decrypt --file=etc/app.sops.env")]
public sealed class SecretsDecrypt : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var file = SecretFiles.FromOptions(context);
        var plain = file.Decrypt();
        if (file.RecipientWarning() is { } warning)
        {
            context.Log.Warning("{0}", warning);
        }

        // The only output that is meant to show secrets: written unmasked, as bytes.
        using var output = System.Console.OpenStandardOutput();
        output.Write(plain);
    }
}
