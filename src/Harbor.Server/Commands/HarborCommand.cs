using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Harbor.Deployments;

namespace Harbor.Server.Commands;

/// <summary>The program: the server and its data, and the commands that ask a server. ./harbor passes its words on to it.</summary>
internal static class HarborCommand
{
    private const int Failed = 1;
    private const int BadInput = 2;
    private const int Interrupted = 130;
    private const string NoCommand = "Required command was not provided";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Not a RootCommand, whose name in the help is the file's.</summary>
    public static Command Create() => new("./harbor", "Harbor's evaluations: a server, and commands that ask one.")
    {
        new HelpOption(),
        ServerCommand.Create(), WorkerCommand.Create(), KeyCommands.Create(), EvaluateCommand.Create(), OptimizeCommand.Create(),
        DeploymentCommands.Create(), InstanceCommands.Create(), RolloutCommands.Create(), EvalCommands.Create(), GepaCommands.Create(),
        TaskCommands.Create(),
    };

    /// <returns>0; 1 if it failed; 2 if the input is wrong; 130 after Ctrl-C.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken ct = default)
    {
        var parsed = Create().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await error.WriteLineAsync(string.Join('\n', Problems(parsed)));
            return BadInput;
        }

        try
        {
            return await parsed.InvokeAsync(
                new() { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = Grace }, ct);
        }
        catch (Exception failure) when (Code(failure) is { } code)
        {
            await error.WriteLineAsync(code == Interrupted ? "Interrupted." : Rows.Plain(Sentence(failure)));
            return code;
        }
    }

    private static IEnumerable<string> Problems(ParseResult parsed)
    {
        var messages = parsed.Errors.Select(problem => problem.Message).Distinct().ToList();
        foreach (var message in messages.Where(message => messages.Count == 1 || !message.StartsWith(NoCommand, StringComparison.Ordinal)))
        {
            // All values that are not text are numbers; the parser's own words name a type of .NET.
            var type = message.IndexOf(" as expected type", StringComparison.Ordinal);
            yield return type < 0 ? message : $"{message[..type]}: expected a number.";
        }

        var names = new List<string> { "--help" };
        for (SymbolResult? result = parsed.CommandResult; result is not null; result = result.Parent)
        {
            if (result is CommandResult command)
            {
                names.Insert(0, command.Command.Name);
            }
        }

        yield return $"See: {string.Join(' ', names)}";
    }

    /// <summary>Null for a fault of the program.</summary>
    private static int? Code(Exception failure) => failure switch
    {
        OperationCanceledException => Interrupted,
        UsageException or InvalidStackException or HarborSpecException or ArgumentException => BadInput,
        HarborApiException { StatusCode: 400 or 401 or 403 or 404 or 413 or 422 } => BadInput,
        HarborApiException or HarborExecutionException or HarborException => Failed,
        IOException or UnauthorizedAccessException => Failed, // .NET's message names the file and the cause.
        _ => null,
    };

    private static string Sentence(Exception failure) => failure switch
    {
        ArgumentException when failure.Message.StartsWith("api_key is required", StringComparison.Ordinal) =>
            "An API key is needed: set HARBOR_API_KEY. On the server's machine, './harbor keys create --name NAME' prints one.",
        HarborApiException { StatusCode: 0 } =>
            $"{failure.Message}\nIs the server running? './harbor server' starts one here; --backend-url names another.",
        HarborApiException { Details.Errors: { Count: > 1 } errors } => string.Join('\n', errors.Select(one => $"{one.Loc}: {one.Msg}")),
        _ => failure.Message,
    };
}
