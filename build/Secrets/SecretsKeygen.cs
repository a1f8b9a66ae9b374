using Harbor.Frosting;
using Harbor.Runners;
using Harbor.Secrets.Age;
using Harbor.Secrets.Sops;

namespace Harbor.Build.Secrets;

[TaskName("SecretsKeygen")]
[TaskDescription("Makes an age key for you: the private one into --file=PATH (default: where SOPS looks, ~/.config/sops/age/keys.txt), the public one is printed.")]
public sealed class SecretsKeygen : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var file = SecretFiles.Name(context);
        if (file is null && IdentitySources.KeysFile(HarborContext.ProcessVariables) is { } usual)
        {
            RunnerMounts.Require(usual);
        }

        var (path, recipient) = NewIdentity.Write(context.Paths, file, HarborContext.ProcessVariables, context.Time);
        context.Say($"The private key is in {path}; keep a copy in a safe place. The public key, for .sops.yaml:");
        using var output = new StreamWriter(System.Console.OpenStandardOutput());
        output.WriteLine(recipient);
    }
}
