namespace Harbor.Optimization.Python;

public sealed class PythonTextTests
{
    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1.0, "1.0")]
    [InlineData(-7.25, "-7.25")]
    [InlineData(0.625, "0.625")]
    [InlineData(0.1, "0.1")]
    [InlineData(1 / 3.0, "0.3333333333333333")]
    [InlineData(100.0, "100.0")]
    [InlineData(123456789012345680.0, "1.2345678901234568e+17")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(1e22, "1e+22")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00012345, "0.00012345")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(1.5e-7, "1.5e-07")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(double.PositiveInfinity, "inf")]
    [InlineData(double.NegativeInfinity, "-inf")]
    [InlineData(double.NaN, "nan")]
    public void Numbers_are_printed_as_by_Python(double value, string expected) => Assert.Equal(expected, PythonText.Of(value));

    [Theory]
    [InlineData(" \t\n\u001c\u001fx\u0085\u00a0\u2003\u3000", "x")]
    [InlineData("\u200bx\ufeff", "\u200bx\ufeff")]
    [InlineData("  ", "")]
    public void White_space_is_what_Python_takes_for_it(string text, string expected) => Assert.Equal(expected, PythonText.Trim(text));
}
