using System.Diagnostics;
using Harbor.Environments;

namespace Harbor.Tests.Environments;

/// <summary>The forms themselves are in <see cref="DotenvCases"/>, where Compose proves them.</summary>
public sealed class InterpolationTests
{
    [Theory]
    [InlineData("ab $NONE", InterpolationFault.Unset, "NONE", 3)]
    [InlineData("${A:-x}\n  ${B:?say it}", InterpolationFault.Required, "B", 15)]
    [InlineData("x${NONE:-${", InterpolationFault.Invalid, "", 1)]
    [InlineData("${NONE:-y ${1} }", InterpolationFault.Invalid, "", 10)]
    [InlineData("${A:-${1}}", InterpolationFault.Invalid, "", 5)]
    public void A_finding_says_what_and_where(string text, InterpolationFault fault, string name, int offset)
    {
        var findings = new List<InterpolationFinding>();

        Interpolation.Expand(text, key => key == "A" ? "1" : null, findings.Add);

        Assert.Contains(findings, finding => (finding.Fault, finding.Name, finding.Offset) == (fault, name, offset));
    }

    [Fact]
    public void A_default_that_is_not_needed_asks_for_nothing() =>
        Assert.Equal(
            "1", Interpolation.Expand("${A:-${B:?missing}$C}", key => key == "A" ? "1" : null, finding => Assert.Fail(finding.Message)));

    [Fact]
    public void Values_are_not_read_again() =>
        Assert.Equal("$B ${", Interpolation.Expand("$A", key => key == "A" ? "$B ${" : "wrong", finding => Assert.Fail(finding.Message)));

    [Theory]
    [InlineData("${A:-", 200_000)]
    [InlineData("${A-{", 200_000)]
    [InlineData("${", 200_000)]
    [InlineData("$A", 200_000)]
    [InlineData("${A:-x}", 200_000)]
    [InlineData("${A:-{}x}}", 100_000)]
    public void Hostile_text_ends_soon(string part, int times)
    {
        var watch = Stopwatch.StartNew();

        Interpolation.Expand(string.Concat(Enumerable.Repeat(part, times)) + "}", _ => null, _ => { }, maxLength: 1 << 20);

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public void A_result_beyond_the_limit_is_reported_and_cut()
    {
        var findings = new List<InterpolationFinding>();

        var result = Interpolation.Expand("$A$A$A", _ => "12345", findings.Add, maxLength: 8);

        Assert.Equal("12345123", result);
        Assert.Equal("the result is longer than 8 characters.", Assert.Single(findings).Message);
    }
}
