using System.Globalization;
using System.Text;
using Harbor.Secrets.Sops;

namespace Harbor.Tests.Secrets.Sops;

/// <summary>Numbers, times and YAML scalars as Go has them; Data/secrets/generated-by-real-sops is the measure.</summary>
public sealed class GoFormTests
{
    [Theory]
    [InlineData("1e21", "1000000000000000000000", "1e+21", "1e+21")]
    [InlineData("1e-7", "0.0000001", "1e-07", "1e-7")]
    [InlineData("2.0", "2", "2", "2")]
    [InlineData("-0.0", "-0", "-0", "-0")]
    [InlineData("3.140", "3.14", "3.14", "3.14")]
    [InlineData("1234568000", "1234568000", "1.234568e+09", "1234568000")]
    [InlineData("100000", "100000", "100000", "100000")]
    [InlineData("0.0001", "0.0001", "0.0001", "0.0001")]
    [InlineData("0.00001", "0.00001", "1e-05", "0.00001")]
    [InlineData("9.999999999999999e22", "100000000000000000000000", "1e+23", "1e+23")]
    public void A_float_is_hashed_and_printed_as_in_Go(string text, string plain, string yaml, string json)
    {
        var number = double.Parse(text, CultureInfo.InvariantCulture);

        Assert.Equal((plain, yaml, json), (GoFloat.Plain(number), GoFloat.General(number, 'e'), GoFloat.Json(number)));
    }

    [Fact]
    public void The_largest_float_is_hashed_with_all_its_digits()
    {
        Assert.Equal("17976931348623157" + new string('0', 292), GoFloat.Plain(double.MaxValue));
        Assert.Equal("1.7976931348623157e+308", GoFloat.General(double.MaxValue, 'e'));
        Assert.Equal("1.7976931348623157e+308", GoFloat.Json(double.MaxValue));
    }

    [Theory]
    [InlineData("\u00e9\ud83d\ude00\ufeff", "\"\u00e9\\U0001F600\\uFEFF\"")]
    [InlineData("a\n\ud83d\ude00\n", "\"a\\n\\U0001F600\\n\"")]
    [InlineData("\uffe6 \ud7ff", "\uffe6 \ud7ff")]
    public void What_go_yaml_takes_for_unprintable_is_escaped(string text, string written) =>
        Assert.Equal(written, GoYaml.Format(SopsValue.Of(text), 4, 0));

    [Theory]
    [InlineData("017", "Int 15")]
    [InlineData("0x1F", "Int 31")]
    [InlineData("0o17", "Int 15")]
    [InlineData("1_000", "Int 1000")]
    [InlineData("-9223372036854775808", "Int -9223372036854775808")]
    [InlineData("99999999999999999999", "Float 100000000000000000000")]
    [InlineData("1e400", "Str 1e400")]
    [InlineData("08", "Float 8")]
    [InlineData("yes", "Str yes")]
    [InlineData("True", "Bool True")]
    [InlineData("2024-01-02", "Time 2024-01-02T00:00:00Z")]
    [InlineData("2024-01-02 03:04:05.10", "Time 2024-01-02T03:04:05.1Z")]
    [InlineData("2024-01-02T03:04:05.123456789+02:00", "Time 2024-01-02T03:04:05.123456789+02:00")]
    [InlineData("2024-13-02", "Str 2024-13-02")]
    [InlineData("1.2.3", "Str 1.2.3")]
    [InlineData("+", "Str +")]
    [InlineData(".5", "Float 0.5")]
    [InlineData("~", "Null ")]
    [InlineData("-.inf", "Float -Inf")]
    public void A_plain_scalar_of_YAML_has_the_type_that_go_yaml_gives_it(string text, string expected)
    {
        var value = YamlPlain.Resolve(text)!;

        Assert.Equal(expected, $"{value.Type} {value.Text}");
    }

    [Theory]
    [InlineData("a: b")]
    [InlineData("#x")]
    [InlineData("a #b")]
    [InlineData(" lead")]
    [InlineData("trail ")]
    [InlineData("- x")]
    [InlineData("-")]
    [InlineData("12")]
    [InlineData("yes")]
    [InlineData("null")]
    [InlineData("2024-01-02")]
    [InlineData("1:20")]
    [InlineData("---")]
    [InlineData("it's \"both\"")]
    [InlineData("'quoted'")]
    [InlineData("{a}")]
    [InlineData("%x")]
    [InlineData("@x")]
    [InlineData("\n")]
    [InlineData("a\n")]
    [InlineData("a\n\n")]
    [InlineData("\na")]
    [InlineData("  a\nb")]
    [InlineData("a \nb")]
    [InlineData("a\tb\nc")]
    [InlineData("\u0001\u007F\u0085\u2028\uFEFF")]
    [InlineData("a\r\nb")]
    [InlineData("\u00e9 \ud83d\ude00")]
    public void Every_text_comes_back_from_YAML_as_key_as_value_and_in_a_list(string text)
    {
        var list = new SopsList();
        list.Items.Add(new SopsScalar(SopsValue.Of(text)));
        var inner = new SopsMap();
        inner.Add(text, new SopsScalar(SopsValue.Of(text)));
        inner.Add("list", list);
        list.Items.Add(new SopsScalar(SopsValue.Of("end")));
        var map = new SopsMap();
        map.Add("in", inner);
        foreach (var indent in (int?[])[null, 2])
        {
            var tree = new SopsTree([map], null) { Indent = indent };

            var written = YamlStore.Instance.Write(tree);

            Assert.True(tree.Values().SequenceEqual(YamlStore.Instance.Read(written, "a.yaml").Values()), Encoding.UTF8.GetString(written));
        }
    }
}
