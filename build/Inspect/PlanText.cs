using System.Globalization;
using System.Text;
using Harbor.Planning;

namespace Harbor.Pipeline.Inspect;

/// <summary>Formats a plan for the terminal.</summary>
internal static class PlanText
{
    /// <param name="unread">Names of new variables that are counted instead of listed.</param>
    public static string Format(PlanDocument plan, IReadOnlySet<string> unread, Palette palette)
    {
        var text = new StringBuilder();
        Section(text, "Environment", plan.Environment?.Where(variable => !unread.Contains(variable.Name))
            .Select(variable => Variable(variable, palette))
            .Concat(unread.Count > 0 ? [$"  + {unread.Count} more added, which nothing selected reads"] : (string[])[])
            ?? ["  ? unknown: no Deploy that finished has saved its variables"]);
        Section(text, "Files", plan.Files.Select(file => palette.Diff(file.Diff.TrimEnd('\n'))));
        Section(text, "Not known", plan.NotKnown.Select(NotKnown));
        Section(text, "Images", plan.Builds.Select(service => Build(service, palette)));
        Section(text, "Containers", plan.Containers.Select(change => Container(change, palette)));
        Section(text, "Ports that are taken: the deploy would fail", plan.Ports.Select(port => palette.Bad($"  ! {port}")));
        Section(text, "Hooks", plan.Hooks.Select(Step));
        Section(text, "Steps", plan.Steps.Select(Step));
        Section(text, "Tunnels", plan.Tunnels.Select(Step));
        return text.Append(Summary(plan)).ToString();
    }

    private static void Section(StringBuilder text, string title, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count > 0)
        {
            text.Append(title).Append('\n').AppendJoin('\n', all).Append("\n\n");
        }
    }

    /// <summary>The name and the change, never the value.</summary>
    private static string Variable(VariableChange variable, Palette palette) =>
        (variable.Change switch
        {
            "added" => palette.Good($"  + {variable.Name} added"),
            "removed" => palette.Bad($"  - {variable.Name} removed"),
            _ => palette.Caution($"  ~ {variable.Name} changed"),
        })
        + (variable.Origin is null ? "" : $" ({variable.Origin})")
        + (variable.IsPending ? ", generated at random by the Deploy" : variable.IsSecret ? ", secret" : "");

    /// <summary>The lines of Images and Containers, as Deploy prints them before it starts.</summary>
    /// <param name="plan">Null if there is nothing to do.</param>
    public static IEnumerable<string> Lines(StackPlan? plan, Palette palette) => plan is null
        ? []
        : plan.ToBuild.Select(service => Build(service, palette))
            .Concat(plan.Changes.Select(change => Container(ContainerChangeDocument.Create(change), palette)));

    private static string NotKnown(UnknownInputDocument input) => $"  ? {input.Service}: {input.Reason}";

    private static string Build(string service, Palette palette) => $"  {palette.Good("build")}     {service}";

    private static string Container(ContainerChangeDocument change, Palette palette)
    {
        var action = $"{change.Action,-9}";
        action = change.Action switch
        {
            "create" or "start" or "unpause" => palette.Good(action),
            "remove" => palette.Bad(action),
            _ => palette.Caution(action),
        };
        return $"  {action} {change.Container ?? change.Service}: {string.Join("; ", change.Reasons)}"
            + (change.Drift ? $" {palette.Caution("[drift]")}" : "");
    }

    private static string Step(StepDocument step) =>
        $"  {step.Name} ({step.At}){(step.Skipped is null ? "" : $", skipped: {step.Skipped}")}";

    private static string Summary(PlanDocument plan)
    {
        if (!plan.Changes)
        {
            return "No change: everything is as deployed.";
        }

        var counts = new List<string>();
        Count(plan.Environment?.Count ?? 0, "variable");
        Count(plan.Files.Count, "file");
        Count(plan.NotKnown.Count, "input", " not known");
        Count(plan.Builds.Count, "image", " to build");
        foreach (var action in plan.Containers.GroupBy(change => change.Action))
        {
            Count(action.Count(), "container", $" to {(action.Key == "wait" ? "wait for" : action.Key)}");
        }

        return $"Changes: {string.Join(", ", counts)}.";

        void Count(int count, string what, string toDo = "")
        {
            if (count > 0)
            {
                counts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}{toDo}"));
            }
        }
    }
}
