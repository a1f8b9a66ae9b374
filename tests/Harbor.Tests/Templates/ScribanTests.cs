using Harbor.Templates;

namespace Harbor.Tests.Templates;

public sealed class ScribanTests : IDisposable
{
    private static readonly (string, string)[] Values =
        [("A", "va<>&\"'"), ("EMPTY", ""), ("HOSTS", "a,b"), ("ONE", "1"), ("html", "shadowed")];
    private readonly TemplateProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("{{ A }} {{A}}\r\n{{~ ONE ~}} \n x", "va<>&\"' va<>&\"'\r\n1 x")]
    [InlineData("a\r\n{{ if ONE }}b{{ end }}\r\n", "a\r\nb\r\n")]
    [InlineData("{{ X ?? \"d\" }}{{ X | object.default \"e\" }}{{ EMPTY ?? \"f\" }}", "de")]
    [InlineData("{{ if X }}1{{ else if !Y && (Z || ONE) }}2{{ end }}{{ X ? 1 : 3 }}", "23")]
    [InlineData("{{ for host in HOSTS | string.split \",\" }}{{ host }}={{ for.index }} {{ end }}", "a=0 b=1 ")]
    [InlineData("{{ B = \"own\"; B }}{{ A = \"over\"; A }}{{ func f(x); ret x | string.upcase; end; f \"u\" }}", "ownoverU")]
    [InlineData("{{ html }} {{ array.size [1, 2] }} {{ 1.5 * 2 }}", "shadowed 2 3")]
    public void Scriban_renders(string template, string expected) =>
        Assert.Equal(expected, _project.Render(template, TemplateEngine.Scriban, Values));

    [Theory]
    [InlineData("a\n {{ X }}", "2:5: X is not set. Set it in an environment layer, or give a default: {{ X ?? \"...\" }}.")]
    [InlineData("{{ HOST }}", "1:4: HOST is not set. Did you mean 'HOSTS'?")]
    [InlineData("{{ if X == \"1\" }}{{ end }}", "1:7: X is not set.")]
    [InlineData("{{ strin.upcase A }}", "1:4: strin is not set. Did you mean 'string'?")]
    [InlineData("{{ $x }}", "1:4: $x is not set.")]
    [InlineData("{{ A.length }}", "1:6: Cannot get member with name length.")]
    [InlineData("{{ if A }}", "1:9: Error while parsing if statement")]
    [InlineData("\n{{ end }}", "2:6: Error while parsing")]
    [InlineData("{{ include \"/etc/passwd\" }}", "1:4: include is not set.")]
    [InlineData("{{ include_join [\"a\"] }}", "1:4: include_join is not set.")]
    [InlineData("{{ date.now }}", "1:4: date is not set.")]
    [InlineData("{{ math.random 1 2 }}", "1:9: ")]
    [InlineData("{{ math.uuid }}", "1:9: ")]
    [InlineData("{{ object.eval \"A\" }}", "1:11: ")]
    [InlineData("{{ object.eval_template \"A\" }}", "1:11: ")]
    [InlineData("{{ while true; end }}", "1:4: Exceeding number of iteration limit `100000` for loop statement.")]
    [InlineData("{{ for i in 1..90000; for j in 1..90000; end; end }}", "1:23: Exceeding number of iteration limit")]
    [InlineData("{{ func f(n); if n > 90; ret 1; end; ret f(n + 1) + f(n + 1); end; f 1 }}", "1:")]
    [InlineData("{{ func f(n); ret f(n + 1); end; f 1 }}", "1:")]
    [InlineData("{{ x = \"a\"; for i in 1..900; x = x + x; end; x }}", "1:")]
    public void Scriban_refuses_with_the_place(string template, string expected)
    {
        var error = Assert.Throws<InvalidStackException>(() => _project.Render(template, TemplateEngine.Scriban, Values));

        Assert.StartsWith("stacks/web/templates/t:" + expected, Assert.Single(error.Problems).ToString());
    }

    [Fact]
    public void Every_unknown_variable_is_reported_at_once()
    {
        var error = Assert.Throws<InvalidStackException>(
            () => _project.Render("{{ X }}\n{{ if Y }}{{ end }}{{ X | string.upcase }}\n{{ Z.a }}", TemplateEngine.Scriban, Values));

        Assert.Equal(["1 X", "2 X", "3 Z"], error.Problems.Select(problem => $"{problem.Line} {problem.Message.Split(' ')[0]}"));
    }

    [Fact]
    public void Deep_and_endless_templates_are_refused()
    {
        string[] templates =
        [
            string.Concat(Enumerable.Repeat("{{if A}}", 100_000)), $"{{{{{new string('(', 100_000)}}}}}",
            $"{{{{{new string('!', 100_000)}A}}}}",
            $"{{{{ {string.Join('+', Enumerable.Repeat("1", 200_000))} }}}}",
            $"{{{{if A}}}}{string.Concat(Enumerable.Repeat("{{else if A}}", 50_000))}{{{{end}}}}",
        ];

        Assert.All(templates,
            template => Assert.Throws<InvalidStackException>(() => _project.Render(template, TemplateEngine.Scriban, Values)));
    }

    [Fact]
    public void The_variables_that_it_reads_are_those_from_outside_and_a_condition_needs_none()
    {
        _project.Template("a.scriban", "{{ A | string.upcase }}{{ A }}\n{{ if B }}{{ C ?? \"d\" }}{{ end }}\n{{ own = D; own; for E in " +
            "[1]; E; end }}{{ func f(x); ret x; end; f F }}{{ { key: G }.key }}");
        var request = _project.Request("web");

        var reads = TemplateReads.Find(request, TemplateSearch.Find(request));

        Assert.Equal(["A 1 True", "A 1 True", "B 2 False", "C 2 False", "D 3 True", "F 3 True", "G 3 True"],
            reads.Select(read => $"{read.Name} {read.Line} {read.IsRequired}"));
    }
}
