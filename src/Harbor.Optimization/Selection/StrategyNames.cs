using System.Globalization;

namespace Harbor.Optimization.Selection;

/// <summary>Strategies with numbers in their names, as runs and configurations write them.</summary>
internal static class StrategyNames
{
    public const string SamplingForms =
        "single, same3, indep3, p2n2";

    public const string SelectionForms = "all, best, top2";

    private const int Most = 999;

    /// <summary>null: the name is not one.</summary>
    public static ProposalSampling? Sampling(string name)
    {
        if (name == "single")
        {
            return ProposalSampling.One;
        }

        if (name.StartsWith("same", StringComparison.Ordinal) && Number(name[4..]) is { } same)
        {
            return ProposalSampling.SameParent(same);
        }

        if (name.StartsWith("indep", StringComparison.Ordinal) && Number(name[5..]) is { } independent)
        {
            return ProposalSampling.Independent(independent);
        }

        return name.StartsWith('p') && name.Split('n') is [var p, var n] && Number(p[1..]) is { } parents && Number(n) is { } each
            ? ProposalSampling.PxN(parents, each)
            : null;
    }

    /// <summary>null: the name is not one.</summary>
    public static ProposalSelection? Selection(string name) => name switch
    {
        "all" => ProposalSelection.All,
        "best" => ProposalSelection.Best,
        _ when name.StartsWith("top", StringComparison.Ordinal) && Number(name[3..]) is { } k => ProposalSelection.TopK(k),
        _ => null,
    };

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= Most ? number : null;
}
