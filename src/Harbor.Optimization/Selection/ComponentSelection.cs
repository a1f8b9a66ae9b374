namespace Harbor.Optimization.Selection;

/// <summary>Which texts of a candidate are rewritten: one, in turn, or all of them.</summary>
public enum ComponentSelection
{
    RoundRobin,
    All,
}
