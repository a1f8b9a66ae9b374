using System.Globalization;
using System.Text;
using Harbor.Environments;

namespace Harbor.Build.Plan;

/// <summary>A plan as people read it.</summary>
internal static class PlanText
{
    public static string Of(PlanDocument plan)
    {
        var text = new StringBuilder();
        Section(text, "Environment", plan.Environment?.Select(Variable) ?? ["  ? not known: no finished Deploy has written down what it used"]);
        Section(text, "Files", plan.Files.Select(file => file.Diff.TrimEnd('\n')));
        Section(text, "Images", plan.Builds.Select(Build));
        Section(text, "Containers", plan.Containers.Select(Container));
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

    /// <summary>Never with its value, be it a secret or not.</summary>
    private static string Variable(VariableChange variable) =>
        $"  {variable.Change switch { "added" => '+', "removed" => '-', _ => '~' }} {variable.Name} {variable.Change}"
        + (variable.Origin is null ? "" : $" ({variable.Origin})")
        + (variable.IsPending ? ", made at random by the Deploy" : variable.IsSecret ? ", secret" : "");

    /// <summary>These two lines are what Deploy prints before it does it.</summary>
    public static string Build(string service) => $"  build     {service}";

    public static string Container(ContainerChangeDocument change) =>
        $"  {change.Action,-9} {change.Container ?? change.Service}: {string.Join("; ", change.Reasons)}{(change.Drift ? " [drift]" : "")}";

    private static string Step(StepDocument step) => $"  {step.Name} ({step.At}){(step.Skipped is null ? "" : $", skipped: {step.Skipped}")}";

    private static string Summary(PlanDocument plan)
    {
        if (!plan.Changes)
        {
            return "No change: everything is as deployed.";
        }

        var counts = new List<string>();
        Count(plan.Environment?.Count ?? 0, "variable");
        Count(plan.Files.Count, "file");
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
