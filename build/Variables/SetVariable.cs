using Cake.Core.Diagnostics;
using Harbor.Environments;
using Harbor.Frosting;
using Harbor.Linting;
using Harbor.Pipeline.Secrets;
using Harbor.Pipeline.Source;

namespace Harbor.Pipeline.Variables;

[TaskName("ConfigSet")]
[TaskDescription("Sets a variable in the dotenv file, or in the secrets file that has it.")]
[TaskGroup(Groups.Variables)]
[TaskAlias("config set")]
[PrintsResult]
[TakesWords("NAME VALUE...", CommandAfter = 1)]
[Reads("the value from the words after the name, else from standard input")]
[Leaves("one line of a file, which is printed; the next deploy uses it")]
[Example("config set WEB_PORT 8081")]
[IsDependentOn(typeof(SelectComposeFiles))]
[IsDependentOn(typeof(TakeLock))]
public sealed class ConfigSet() : SetVariable(ofService: false);

[TaskName("EnvSet")]
[TaskDescription("Sets a variable for one service, in its own file.")]
[TaskGroup(Groups.Variables)]
[TaskAlias("env SERVICE set")]
[PrintsResult]
[TakesWords("SERVICE NAME VALUE...", CommandAfter = 2)]
[Reads("the value from the words after the name, else from standard input")]
[Leaves("one line of a file, which is printed; the next deploy uses it")]
[Example("env web set LEVEL debug")]
[IsDependentOn(typeof(SelectComposeFiles))]
[IsDependentOn(typeof(TakeLock))]
public sealed class EnvSet() : SetVariable(ofService: true);

public abstract class SetVariable(bool ofService) : VariableCommand(ofService)
{
    protected override void Run(HarborContext context, string? service, string name, IReadOnlyList<string> words)
    {
        var sources = service is null ? context.Selected.Value.Descriptor.SourcesFor(context.Selected.Value.Services)
            : context.Stack.SourcesOf(service);
        var file = service is null ? VariableFile.ForAll(context.Paths, sources, name)
            : VariableFile.ForService(context.Paths, sources, service, name);
        var isSecret = file.IsSecret || SecretNames.IsSecret(name);
        var value = Value(context, name, words, isSecret);
        var line = file.Set(name, value);
        context.Say($"{file.File}:{line}: {name}{(isSecret ? " is set" : $"={value}")}");
        if (isSecret && !file.IsSecret)
        {
            context.Log.Warning("{0}", $"{name} looks like a secret, and {file.File} is no file of secrets: see docs/secrets.md.");
        }

        WarnIfElsewhere(context, service, name, file);
    }

    private static string Value(HarborContext context, string name, IReadOnlyList<string> words, bool isSecret)
    {
        var value = words.Count > 0 ? string.Join(' ', words)
            : System.Console.IsInputRedirected
                ? System.Text.Encoding.UTF8.GetString(SecretFiles.ReadInput("The value")).ReplaceLineEndings("\n").TrimEnd('\n')
            : isSecret ? System.Text.Encoding.UTF8.GetString(SecretFiles.Ask(name))
            : throw new InvalidStackException($"A value is needed: {name} VALUE. An empty one is typed as ''.");
        if (words.Count == 0 && value.Length == 0)
        {
            throw new InvalidStackException($"The value of {name} is empty. To set it so, type: {name} ''");
        }

        if (isSecret && value.Length > 0)
        {
            context.Scope.Redaction.Add(value, name); // The history has the command line.
        }

        return value;
    }
}
