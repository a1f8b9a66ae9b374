using Harbor.Frosting;

namespace Harbor.Pipeline.Secrets;

[TaskName("SecretsSet")]
[TaskDescription("Sets one value of a file, from standard input.")]
[TaskGroup(Groups.Secrets)]
[TaskAlias("secrets set")]
[OwnsOutput]
[SecretFileOptions]
[TaskOption("allow-empty", "Set an empty value, which is else an error")]
[TaskOption("key", "Name of the value; a nested value as [\"db\"][\"password\"]", Value = "NAME")]
[Reads("the value from standard input, without its last line end; on a terminal it is asked for and not shown")]
[Example("secrets set --file=etc/app.sops.env --key=TOKEN")]
public sealed class SecretsSet : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var file = SecretFiles.FromOptions(context);
        var key = context.Settings.Key ?? throw new InvalidStackException("--key=NAME is required.");
        using var silence = context.Scope.Activities.Silence();
        var value = System.Console.IsInputRedirected ? SecretFiles.ReadInput("The value") : SecretFiles.Ask(key);
        value = value is [.. var line, (byte)'\n'] ? line is [.. var rest, (byte)'\r'] ? rest : line : value;
        if (value.Length == 0 && !context.Settings.AllowEmpty)
        {
            throw new InvalidStackException(
                $"The value of {key} is empty, as it is when the command before a pipe fails. To set it so, add --allow-empty.");
        }

        file.Set(key, value);
        context.Say($"{file.Name}: {key} is set.");
    }
}
