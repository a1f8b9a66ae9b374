using Harbor.Frosting;
using Harbor.Runners;
using Harbor.Secrets.Age;
using Harbor.Secrets.Sops;

namespace Harbor.Pipeline.Secrets;

[TaskName("SecretsKeygen")]
[TaskDescription("Makes an age key, and prints its public key.")]
[TaskGroup(Groups.Secrets)]
[TaskAlias("secrets keygen")]
[OwnsOutput]
[TaskOption("file", "File for the private key", Value = "PATH")]
[Leaves("the private key in --file, by default in ~/.config/sops/age/keys.txt")]
public sealed class SecretsKeygen : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var file = SecretFiles.FileOption(context);
        if (file is null && IdentitySources.KeysFile(context.Scope.Variables) is { } usual)
        {
            new RunnerMounts(context.Scope.Variables).ThrowIfOutside(usual);
        }

        var (path, recipient) = NewIdentity.Write(context.Paths, file, context.Scope.Variables, context.Scope.Time);
        context.Say($"The private key is in {path}. Keep a copy in a safe place. The public key for .sops.yaml:");
        using (var output = new StreamWriter(System.Console.OpenStandardOutput()))
        {
            output.WriteLine(recipient);
        }

        context.Say(File.Exists(Path.Combine(context.Paths.Root, ".sops.yaml"))
            ? "Add it to the recipients in .sops.yaml, then type: secrets updatekeys"
            : $"""

                A .sops.yaml to begin with:
                creation_rules:
                  - path_regex: \.sops\.(env|ya?ml|json)$
                    age: {recipient}
                """);
    }
}
