using System.Globalization;
using Cake.Core;
using Harbor.Composition;
using Harbor.Descriptors.Reading;

namespace Harbor.Build;

/// <summary>Harbor's own options, read from the command line once. What Cake defines (--target, --verbosity, ...) is not here.</summary>
public sealed record Settings
{
    /// <summary>Name, placeholder of the value (null: a flag) and help text of every option; <c>--help</c> prints them and unknown options are refused.</summary>
    public static readonly (string Name, string? Value, string Description)[] Options =
    [
        ("profile", "NAME", "Profile of etc/harbor.yaml to deploy (default: 'default')."),
        ("services", "A,B", "Services to deploy beside the profile's own."),
        ("no-defaults", null, "Leave out the profile's own services: only --services count."),
        ("options", "X,Y", "Options that select compose files, in place of the profile's; '*' is the wildcard."),
        ("capabilities", "auto|none|A,B", "Detect capabilities (nvidia, mdc, cdi, rocm), have none, or have these."),
        ("site", "NAME", "Site whose etc/sites/NAME.env applies."),
        ("set", "KEY=VALUE", "Set one value above every other layer. May be repeated."),
        ("skip-hooks", null, "Run no hooks."),
        ("setup", null, "First install what is missing (engine, compose, base image) and start the engine."),
        ("volumes", null, "Destroy: remove the stack's volumes too."),
        ("explain", null, "Source: say of each compose file why it is in or not."),
        ("output", "json", "Source, Prepare, Plan, Deploy, Env, Lint, History: one JSON document on standard output, everything else on standard error."),
        ("wait-lock", "60s", "Wait this long where another run holds the lock (default: fail at once)."),
        ("file", "PATH", "Secrets...: the encrypted file; SecretsKeygen: the new key's."),
        ("key", "NAME", "Env: only this variable. SecretsSet: which value; what is nested as [\"db\"][\"password\"]."),
        ("history", null, "Lint: search every version of every file that was ever committed, too."),
        ("service", "S", "Env: only what this service sees."),
        ("exit-code", null, "Plan: exit with 10 where a Deploy would change something, with 0 where not."),
        ("last", "N", "History: how many runs to list (default 20)."),
    ];

    /// <summary>The targets that print a document with <c>--output json</c>.</summary>
    private static readonly string[] Documents = ["Source", "Prepare", "Plan", "Deploy", "Env", "Lint", "History"];

    public string? Profile { get; init; }
    public IReadOnlyList<string> Services { get; init; } = [];
    public bool NoDefaults { get; init; }

    /// <summary>Null: the profile's.</summary>
    public IReadOnlyList<string>? StackOptions { get; init; }

    /// <summary>Null: what the descriptor says.</summary>
    public CapabilityChoice? Capabilities { get; init; }

    public string? Site { get; init; }

    /// <summary>As typed, <c>KEY=VALUE</c>: the values may be secret.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    public bool SkipHooks { get; init; }
    public bool Volumes { get; init; }
    public bool Explain { get; init; }
    public bool ExitCode { get; init; }
    public bool Json { get; init; }

    /// <summary>Null: fail at once.</summary>
    public TimeSpan? WaitLock { get; init; }

    public int Last { get; init; } = 20;

    /// <summary>Lint: all that was ever committed, too.</summary>
    public bool History { get; init; }

    public string? Service { get; init; }

    /// <summary>The file that a command on secrets is about.</summary>
    public string? File { get; init; }

    /// <summary>The value that <see cref="Secrets.SecretsSet"/> sets, or the variable that <c>Env</c> shows.</summary>
    public string? Key { get; init; }

    /// <exception cref="InvalidStackException">All wrong values at once.</exception>
    public static Settings Read(ICakeArguments arguments)
    {
        var problems = new List<Problem>();
        var settings = new Settings
        {
            Profile = One("profile"),
            Services = List("services") ?? [],
            NoDefaults = Flag("no-defaults"),
            StackOptions = List("options"),
            Capabilities = One("capabilities") is { } words ? CapabilityChoice.Parse(words) : null,
            Site = One("site"),
            Set = [.. arguments.GetArguments("set")],
            SkipHooks = Flag("skip-hooks"),
            Volumes = Flag("volumes"),
            Explain = Flag("explain"),
            ExitCode = Flag("exit-code"),
            Json = Output(),
            WaitLock = Time("wait-lock"),
            Last = Count("last", 20),
            History = Flag("history"),
            Service = One("service"),
            File = One("file"),
            Key = One("key"),
        };
        return problems.Count == 0 ? settings : throw new InvalidStackException(problems);

        string? One(string name) => arguments.GetArguments(name).LastOrDefault();

        bool Flag(string name) => One(name) == "true"; // --name=false is said, too.

        IReadOnlyList<string>? List(string name) => arguments.HasArgument(name)
            ? [.. arguments.GetArguments(name).SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()]
            : null;

        bool Output()
        {
            var value = One("output");
            if (value is not (null or "json" or "text"))
            {
                problems.Add(new Problem(null, 0, 0, $"--output expects 'json' or 'text', not '{value}'."));
            }

            var documents = value == "json" ? Documents.Where(name => arguments.GetArguments("target").Contains(name, StringComparer.OrdinalIgnoreCase)).ToList() : [];
            if (documents.Count > 1)
            {
                problems.Add(new Problem(null, 0, 0, $"--output json: {string.Join(" and ", documents)} have a document each, and a run prints one. Run them one after the other."));
            }

            return value == "json";
        }

        TimeSpan? Time(string name)
        {
            var value = One(name);
            var time = value is null ? null : Duration.Parse(value);
            if (value is not null && time is null)
            {
                problems.Add(new Problem(null, 0, 0, $"--{name} expects a duration like 60s, 2m or 1h30m, above 0 and of at most six digits each, not '{value}'."));
            }

            return time;
        }

        int Count(string name, int otherwise)
        {
            if (One(name) is not { } value)
            {
                return otherwise;
            }

            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            {
                return number;
            }

            problems.Add(new Problem(null, 0, 0, $"--{name} expects a number above 0, not '{value}'."));
            return otherwise;
        }
    }
}
