using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Harbor.Deployments;

namespace Harbor.Server.Commands;

/// <summary>What every command that asks a server has: where it is, and how to print the answer.</summary>
internal static class ClientOptions
{
    public static Option<string?> BackendUrl { get; } = new("--backend-url")
    {
        Description = "The server (default: HARBOR_BACKEND_URL, else http://localhost:8000)",
        HelpName = "URL",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the result as JSON, and nothing else, to standard output",
        Recursive = true,
    };

    /// <summary>A group of commands, such as <c>rollout</c>.</summary>
    public static Command Group(string name, string description, params Command[] commands)
    {
        var group = new Command(name, description) { BackendUrl, Json };
        foreach (var command in commands)
        {
            group.Subcommands.Add(command);
        }

        return group;
    }

    public static HarborConnection Connect(this ParseResult given) => new(given.GetValue(BackendUrl));

    /// <summary>Prints the answer as JSON, or as text for people.</summary>
    public static void Print<T>(this ParseResult given, T answer, JsonTypeInfo<T> type, Action<TextWriter> text)
    {
        var output = given.InvocationConfiguration.Output;
        if (given.GetValue(Json))
        {
            output.WriteLine(JsonSerializer.Serialize(answer, type));
        }
        else
        {
            text(output);
        }
    }

    /// <summary>A line about work that goes on. Not part of the result, so it goes to standard error.</summary>
    public static void Say(this ParseResult given, string line) => given.InvocationConfiguration.Error.WriteLine(line);

    public static Argument<string> Deployment() => new("DEPLOYMENT") { Description = "Its name or id" };

    public static Option<int> Count(string name, int otherwise, string description) => AtLeastOne(new Option<int>(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => otherwise,
    });

    /// <summary>A count without a default: it is null where it is not given.</summary>
    public static Option<int?> OptionalCount(string name, string description) =>
        AtLeastOne(new Option<int?>(name) { Description = description, HelpName = "N" });

    private static Option<T> AtLeastOne<T>(Option<T> option)
    {
        option.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<T>() is int and < 1 and var number)
            {
                given.AddError($"{option.Name} must be at least 1 (got {number}).");
            }
        });
        return option;
    }
}
