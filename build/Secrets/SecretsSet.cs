using Harbor.Frosting;

namespace Harbor.Build.Secrets;

[TaskName("SecretsSet")]
[TaskDescription("Sets one value of --file=PATH: --key=NAME, the value from standard input without its last line end.")]
public sealed class SecretsSet : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var file = SecretFiles.Of(context);
        var key = context.Settings.Key ?? throw new InvalidStackException("--key=NAME is missing: which value?");
        var value = SecretFiles.ReadInput("The value");
        file.Set(key, value is [.. var line, (byte)'\n'] ? line is [.. var rest, (byte)'\r'] ? rest : line : value);
        context.Say($"{file.Name}: {key} is set.");
    }
}
