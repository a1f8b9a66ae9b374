using System.Globalization;
using System.Numerics;
using Harbor.Optimization.Python;

namespace Harbor.Optimization;

/// <summary>
/// What an adapter tells of a rollout: text, a number, a list, a map ... Unlike a JSON number, a real is not a whole number even when it
/// has no fraction, since the prompt shows 1.0 and 1 differently. It survives the journal unchanged.
/// </summary>
public abstract record SideInfo
{
    private SideInfo()
    {
    }

    /// <summary>As the prompt shows a value that has no parts; null for a map or a list.</summary>
    public abstract string? Leaf { get; }

    public static implicit operator SideInfo(string text) => new Text(text);

    public static implicit operator SideInfo(long number) => new Whole(number);

    public static implicit operator SideInfo(double number) => new Real(number);

    public static implicit operator SideInfo(bool value) => new Truth(value);

    public static Map Of(params IEnumerable<KeyValuePair<string, SideInfo>> entries) => new([.. entries]);

    public sealed record Text(string Value) : SideInfo
    {
        public override string Leaf => Value;
    }

    public sealed record Whole(BigInteger Value) : SideInfo
    {
        public override string Leaf => Value.ToString(CultureInfo.InvariantCulture);
    }

    public sealed record Real(double Value) : SideInfo
    {
        public override string Leaf => PythonText.Of(Value);
    }

    public sealed record Truth(bool Value) : SideInfo
    {
        public override string Leaf => Value ? "True" : "False";
    }

    public sealed record None : SideInfo
    {
        public override string Leaf => "None";
    }

    public sealed record List(IReadOnlyList<SideInfo> Items) : SideInfo
    {
        public override string? Leaf => null;
    }

    public sealed record Map(IReadOnlyList<KeyValuePair<string, SideInfo>> Entries) : SideInfo
    {
        public override string? Leaf => null;
    }
}
