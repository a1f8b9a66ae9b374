using System.Text.Json;
using System.Text.Json.Serialization;
using Harbor.Descriptors;
using Harbor.Descriptors.Reading;

namespace Harbor.State;

/// <summary><see cref="DeployedHooks"/> in the saved state: with the descriptor's words, and times in seconds.</summary>
internal sealed record SavedHooks(SavedRunner Runner, IReadOnlyList<SavedHook> Hooks)
{
    public static SavedHooks Of(DeployedHooks deployed) =>
        new(SavedRunner.Of(deployed.Runner), [.. deployed.Hooks.Select(SavedHook.Of)]);

    public DeployedHooks ToDeployed() => new([.. Hooks.Select(hook => hook.ToPlanned())], Runner.ToSection());
}

/// <param name="TimeoutSeconds">Null: the default.</param>
internal sealed record SavedRunner(
    string? Image, bool Network, IReadOnlyDictionary<string, string> Env, double? TimeoutSeconds = null)
{
    public static SavedRunner Of(RunnerSection runner) => new(runner.Image, runner.Network, runner.Env, runner.Timeout.TotalSeconds);

    public RunnerSection ToSection()
    {
        var section = new RunnerSection { Image = Image, Network = Network, Env = Env };
        return TimeoutSeconds is { } seconds ? section with { Timeout = TimeSpan.FromSeconds(seconds) } : section;
    }
}

internal sealed record SavedHook(
    string File, int Line, int Column, string Point, string Name, string Type,
    string? Run, string? Path, string? Image, IReadOnlyList<string> Command, string? Service,
    bool ContinueOnError, bool Host,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? TimeoutSeconds = null)
{
    public static SavedHook Of(PlannedHook planned)
    {
        var hook = planned.Hook;
        return new SavedHook(
            hook.At.File, hook.At.Line, hook.At.Column, planned.PointName, hook.Name,
            Words.HookTypes.First(word => word.Value == hook.Type).Text,
            hook.Run, hook.Path, hook.Image, hook.Command, planned.Service,
            hook.ContinueOnError, hook.OnHost, hook.Timeout?.TotalSeconds);
    }

    public PlannedHook ToPlanned() => new(
        new Hook(new Location(File, Line, Column), ValueOf(Words.HookPoints, Point), Name, ValueOf(Words.HookTypes, Type))
        {
            Run = Run,
            Path = Path,
            Image = Image,
            Command = Command,
            Service = Service,
            Timeout = TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            ContinueOnError = ContinueOnError,
            OnHost = Host,
        },
        Service);

    private static T ValueOf<T>(IReadOnlyList<Word<T>> words, string text) =>
        words.FirstOrDefault(word => word.Text == text) is { } known ? known.Value : throw new JsonException($"'{text}' is not known.");
}
