using Cake.Core.Diagnostics;
using Harbor.Frosting;

namespace Harbor.Pipeline.Secrets;

[TaskName("SecretsEncrypt")]
[TaskDescription("Encrypts a file in place, by the rules of .sops.yaml.")]
[TaskGroup(Groups.Secrets)]
[TaskAlias("secrets encrypt")]
[OwnsOutput]
[SecretFileOptions]
[Reads("the file; if it does not exist, its content from standard input")]
[Example("secrets encrypt --file=etc/app.sops.env")]
public sealed class SecretsEncrypt : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var file = SecretFiles.FromOptions(context);
        foreach (var warning in file.Encrypt(() => SecretFiles.ReadInput($"{file.Name} does not exist; its plain content")))
        {
            context.Log.Warning("{0}", warning);
        }

        context.Say($"{file.Name} is encrypted.");
    }
}
