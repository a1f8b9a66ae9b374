using System.Globalization;
using Cake.Core;
using Harbor.Descriptors.Reading;
using Harbor.Frosting;
using Harbor.Selection;
using Harbor.Stacks;

namespace Harbor.Pipeline;

/// <summary>Values of the options that tasks declare ([TaskOption]), read from the command line once.</summary>
public sealed record Settings
{
    public StackOptions Stack { get; init; } = new();

    public bool Volumes { get; init; }
    public bool Explain { get; init; }

    /// <summary>Whether Plan is for a Destroy.</summary>
    public bool Destroy { get; init; }

    /// <summary>Whether all questions are confirmed.</summary>
    public bool Yes { get; init; }

    public bool TakeOver { get; init; }
    public bool ExitCode { get; init; }
    public bool Json { get; init; }

    /// <summary>Null means to fail at once.</summary>
    public TimeSpan? WaitLock { get; init; }

    public int Last { get; init; } = 20;

    /// <summary>Whether Lint also searches every committed version.</summary>
    public bool History { get; init; }

    /// <summary>Whether Test also runs the tests with the trait <c>Exhaustive</c>.</summary>
    public bool Exhaustive { get; init; }

    public string? Service { get; init; }

    /// <summary>The words after the target.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The services of <c>--service</c> and of the words.</summary>
    public IReadOnlyList<string> ServiceNames { get; init; } = [];

    public bool Failed { get; init; }

    /// <summary>Of a run in the history.</summary>
    public string? Id { get; init; }

    /// <summary>Whether Start and Restart end without waiting for the services.</summary>
    public bool NoWait { get; init; }

    /// <summary>Null means the target's own limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether SecretsSet may set an empty value.</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>Whether Env lists only variables that something reads.</summary>
    public bool Used { get; init; }

    /// <summary>Part of the names or values that Env lists; null means all.</summary>
    public string? Search { get; init; }

    public bool Follow { get; init; }

    /// <summary>Whether a browser is to be opened after a Deploy.</summary>
    public bool Open { get; init; }

    /// <summary>Whether Url prints addresses on the stack's own networks.</summary>
    public bool Internal { get; init; }

    /// <summary>Whether addresses are for other machines.</summary>
    public bool Lan { get; init; }

    /// <summary>Whether Ls lists only services that run.</summary>
    public bool Active { get; init; }

    /// <summary>Whether Doctor applies remedies.</summary>
    public bool Fix { get; init; }

    /// <summary>Whether Doctor prints faults only.</summary>
    public bool CheckOnly { get; init; }

    /// <summary>Whether TunnelUrl copies the address.</summary>
    public bool Copy { get; init; }

    /// <summary>Whether Eject prints secrets.</summary>
    public bool Inline { get; init; }

    /// <summary>Null means all lines.</summary>
    public int? Tail { get; init; }

    public DateTimeOffset? Since { get; init; }

    /// <summary>The encrypted file of a target on secrets.</summary>
    public string? File { get; init; }

    /// <summary>The value that <see cref="Secrets.SecretsSet"/> sets, or the variable that <c>Env</c> lists.</summary>
    public string? Key { get; init; }

    /// <summary>Targets whose words are services to select, beside those of the profile.</summary>
    private static readonly string[] Selecting = ["Deploy", "Plan", "Cmd", "Eject"];

    /// <exception cref="InvalidStackException">Lists every wrong value.</exception>
    public static Settings Read(ICakeArguments arguments, TimeProvider time)
    {
        var problems = new List<Problem>();
        var settings = new Settings
        {
            Stack = new StackOptions
            {
                Profile = One("profile"),
                ProjectName = One("project-name"),
                Services = [.. (List("services") ?? []).Concat(
                    arguments.GetArguments("target").Any(target => Selecting.Contains(target, StringComparer.OrdinalIgnoreCase))
                        ? arguments.GetArguments(TakesWordsAttribute.Argument) : []).Distinct()],
                NoDefaults = Flag("no-defaults"),
                Options = List("options"),
                Capabilities = One("capabilities") is { } words ? CapabilityChoice.Parse(words) : null,
                Site = One("site"),
                Set = [.. arguments.GetArguments("set")],
                SkipHooks = Flag("skip-hooks"),
            },
            Volumes = Flag("volumes"),
            Explain = Flag("explain"),
            Destroy = Flag("destroy"),
            Yes = Flag("yes"),
            TakeOver = Flag("take-over"),
            ExitCode = Flag("exit-code"),
            Json = One("output") == "json",
            WaitLock = Time("wait-lock"),
            Last = Count("last", 20),
            History = Flag("history"),
            Exhaustive = Flag("exhaustive"),
            Service = One("service"),
            Words = [.. arguments.GetArguments(TakesWordsAttribute.Argument)],
            ServiceNames = [.. (List("service") ?? []).Concat(arguments.GetArguments(TakesWordsAttribute.Argument)).Distinct()],
            Failed = Flag("failed"),
            Id = One("id"),
            NoWait = Flag("no-wait"),
            Timeout = Time("timeout"),
            AllowEmpty = Flag("allow-empty"),
            Used = Flag("used"),
            Search = One("search"),
            Follow = Flag("follow"),
            Open = Flag("open"),
            Internal = Flag("internal"),
            Lan = Flag("lan"),
            Active = Flag("active"),
            Inline = Flag("inline"),
            Copy = Flag("copy"),
            Fix = Flag("fix"),
            CheckOnly = Flag("check"),
            Tail = One("tail") == "all" ? null : Count("tail", 1000),
            Since = Moment("since"),
            File = One("file"),
            Key = One("key"),
        };
        return problems.Count == 0 ? settings : throw new InvalidStackException(problems);

        string? One(string name) => arguments.GetArguments(name).LastOrDefault();

        bool Flag(string name) => One(name) == "true"; // A flag may be given as --name=false.

        IReadOnlyList<string>? List(string name) => arguments.HasArgument(name)
            ? [.. arguments.GetArguments(name)
                .SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()]
            : null;

        TimeSpan? Time(string name)
        {
            var value = One(name);
            var time = value is null ? null : Duration.Parse(value);
            if (value is not null && time is null)
            {
                problems.Add(
                    new Problem(null, 0, 0,
                    $"--{name} expects a duration like 60s, 2m or 1h30m, above 0, with at most six digits each, not '{value}'."));
            }

            return time;
        }

        DateTimeOffset? Moment(string name)
        {
            if (One(name) is not { } value)
            {
                return null;
            }

            if (Duration.Parse(value) is { } ago)
            {
                return time.GetUtcNow() - ago;
            }

            if (DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            {
                return moment;
            }

            problems.Add(new Problem(
                null, 0, 0,
                $"--{name} expects a duration like 10m, or a time like 2026-11-27T08:00:00Z (UTC unless it says so), not '{value}'."));
            return null;
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
