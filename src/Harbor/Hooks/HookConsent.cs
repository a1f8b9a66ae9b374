using Harbor.Descriptors;
using Harbor.Processes;
using Harbor.Runners;

namespace Harbor.Hooks;

/// <summary>Checks before the first task that every script exists, and that the user has allowed those that run on this machine.</summary>
public static class HookConsent
{
    public static AllowedHooks Allowed(RunScope scope, ProjectPaths paths) => new(paths, AllowedHooks.FindFolder(scope.Variables));

    /// <param name="allowCommand">The command with which the user reads and allows them.</param>
    /// <exception cref="InvalidStackException">Names every hook that can't run.</exception>
    public static void ThrowIfNotRunnable(RunScope scope, ProjectPaths paths, IReadOnlyList<PlannedHook> hooks, Func<string> allowCommand)
    {
        List<Problem> problems = [.. FindMissing(paths, hooks)];
        if (problems.Count == 0)
        {
            problems = FindNotAllowed(scope, paths, hooks, allowCommand);
        }

        if (problems.Count > 0)
        {
            throw new InvalidStackException(
                [.. problems, new Problem(null, 0, 0, "Nothing was started. --skip-hooks leaves all hooks out.")]);
        }
    }

    /// <summary>The scripts that are missing or can't be run.</summary>
    public static IReadOnlyList<Problem> FindMissing(ProjectPaths paths, IEnumerable<PlannedHook> hooks) =>
        [.. hooks.Select(hook => HookScript.FindProblem(hook, paths)).OfType<Problem>().Distinct()];

    private static List<Problem> FindNotAllowed(
        RunScope scope, ProjectPaths paths, IEnumerable<PlannedHook> hooks, Func<string> allowCommand)
    {
        var onHost = hooks.Where(hook => hook.Hook.OnHost).ToList();
        if (scope.Variables.ContainsKey(RunnerImage.OwnImageVariable))
        {
            return [.. onHost.Select(hook => hook.Hook.At.Problem(
                $"{hook.Name} runs on this machine (host: true), but this run is in a container. Set HARBOR_RUNNER=host, which needs " +
                $".NET here."))];
        }

        var allowed = Allowed(scope, paths);
        var problems = new List<Problem>();
        foreach (var hook in onHost)
        {
            if (allowed.ConsentFor(hook, HookScript.Read(hook, paths)) is var consent && consent != Consent.Given)
            {
                var why = consent == Consent.Changed ? "was changed since it was allowed" : "is not allowed yet";
                problems.Add(hook.Hook.At.Problem($"{hook.Name} runs {hook.Path ?? "a script"} on this machine, but {why}."));
            }
        }

        if (problems.Count > 0)
        {
            problems.Add(new Problem(null, 0, 0, $"To read and allow them: {allowCommand()}"));
        }

        return problems;
    }
}
