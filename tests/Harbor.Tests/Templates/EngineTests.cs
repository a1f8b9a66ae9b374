using System.Diagnostics;
using System.Globalization;
using Harbor.Templates;

namespace Harbor.Tests.Templates;

public sealed class EngineTests : IDisposable
{
    private static readonly (string, string)[] Values =
        [("A", "va<>&\"'"), ("NAME", "Ili"), ("EMPTY", ""), ("HOSTS", "a, b,,c "), ("ONE", "1")];
    private readonly TemplateProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("{{A}}|{{{A}}}|{{&A}}|{{& A}}|{{ A }}", "va<>&\"'|va<>&\"'|va<>&\"'|va<>&\"'|va<>&\"'")]
    [InlineData("{{upper NAME}} {{lower NAME}}", "ILI ili")]
    [InlineData("{{default X \"d\"}}{{default EMPTY 'e'}}{{default A 1}}{{default X 5}}", "deva<>&\"'5")]
    [InlineData("{{upper (default X NAME)}}", "ILI")]
    [InlineData("{{join HOSTS \"; \"}}", "a; b; c")]
    [InlineData("{{#if ONE}}1{{else}}0{{/if}}{{#if X}}1{{else}}0{{/if}}{{#if EMPTY}}1{{^}}0{{/if}}", "100")]
    [InlineData("{{#if X}}1{{else if ONE}}2{{else}}3{{/if}}", "2")]
    [InlineData("{{#unless X}}u{{/unless}}{{#unless ONE}}v{{/unless}}", "u")]
    [InlineData("{{#if X}}{{X}}{{/if}}ok", "ok")]
    [InlineData("{{#if (default X \"\")}}1{{else}}0{{/if}}", "0")]
    [InlineData("{{#each HOSTS}}{{@index}}={{this}}{{.}} {{ONE}}{{#unless @last}},{{/unless}}{{/each}}", "0=aa 1,1=bb 1,2=cc 1")]
    [InlineData("{{#each X}}e{{else}}none{{/each}}", "none")]
    [InlineData("a\r\n{{#if ONE}}\r\n  b\r\n{{/if}}\r\nc\r\n", "a\r\n  b\r\nc\r\n")]
    [InlineData("a {{~ONE~}} b", "a1b")]
    [InlineData("x{{! note }}y{{!-- {{X}} --}}z", "xyz")]
    [InlineData("\\{{A}} \\\\{{ONE}}", "{{A}} \\1")]
    [InlineData("re\\{3} \\\\{3} \\\\d {\\\\{ \\n \\", "re\\{3} \\\\{3} \\\\d {\\\\{ \\n \\")]
    [InlineData("{\"a\": {\"b\": {{ONE}}}}", "{\"a\": {\"b\": 1}}")]
    [InlineData("{ {{ONE}} } }} $ONE ${ONE}", "{ 1 } }} $ONE ${ONE}")]
    [InlineData("{{default X \"a}}b\\\"c\"}}", "a}}b\"c")]
    [InlineData("{{default X \"~\"}}", "~")]
    [InlineData("{{#each HOSTS}}{{@first}} {{/each}}", "true false false ")]
    public void Handlebars_renders(string template, string expected) =>
        Assert.Equal(expected, _project.Render(template, TemplateEngine.Handlebars, Values));

    [Theory]
    [InlineData("a\n b {{X}}", "2:6: X is not set. Set it in an environment layer, or give a default: {{default X \"...\"}}.")]
    [InlineData(
        "{{NAM}}", "1:3: NAM is not set. Did you mean 'NAME'? Set it in an environment layer, or give a default: {{default NAM \"...\"}}.")]
    [InlineData("{{upper X}}", "1:9: X is not set.")]
    [InlineData("{{join X \",\"}}", "1:8: X is not set.")]
    [InlineData("{{default X Y}}", "1:13: Y is not set.")]
    [InlineData("{{#if ONE}}\n{{X}}{{/if}}", "2:3: X is not set.")]
    [InlineData("{{Upper A}}", "1:3: 'Upper' is not a helper. Did you mean 'upper'? Known helpers: upper, lower, default, join.")]
    [InlineData("{{lookup this \"A\"}}", "1:3: 'lookup' is not a helper.")]
    [InlineData("{{> header}}", "1:3: '>' is not a helper.")]
    [InlineData("{{>header}}", "1:3: '>header' is not supported")]
    [InlineData("{{#*inline \"p\"}}x{{/inline}}", "1:3: '#*inline' is not a helper.")]
    [InlineData("{{#with A}}{{/with}}", "1:3: '#with' is not a helper.")]
    [InlineData("{{A.Length}}", "1:3: 'A.Length' is not supported")]
    [InlineData("{{A.GetType.Assembly}}", "1:3: 'A.GetType.Assembly' is not supported")]
    [InlineData("{{@root}}", "1:3: '@root' is not supported")]
    [InlineData("{{../A}}", "1:3: '../A' is not supported")]
    [InlineData("{{this}}", "1:3: 'this' is defined only inside {{#each}}.")]
    [InlineData("{{#each this}}{{/each}}", "1:1: expected {{#each NAME}}")]
    [InlineData("{{{{raw}}}}{{{{/raw}}}}", "1:1: raw blocks are not supported")]
    [InlineData("{{\"text\"}}", "1:1: expected a variable or a helper")]
    [InlineData("{{true}}", "1:3: 'true' is not supported")]
    [InlineData("{{}}", "1:1: expected a variable or a helper")]
    [InlineData("{{A", "1:1: the expression is not closed by }}.")]
    [InlineData("{{{A}}", "1:1: the expression is not closed by }}}.")]
    [InlineData("{{!-- x }}", "1:1: the comment is not closed.")]
    [InlineData("\n{{#if A}}", "2:1: {{#if}} is not closed by {{/if}}.")]
    [InlineData("{{#if A}}\n{{/unless}}", "2:1: expected {{/if}} for the block of line 1, but found {{/unless}}.")]
    [InlineData("{{/if}}", "1:1: {{/if}} closes no block.")]
    [InlineData("\n{{#if A}}{{else}}{{else}}{{/if}}", "2:18: the block of line 2 already has an {{else}}.")]
    [InlineData("{{#each X}}{{else}}{{this}}{{/each}}", "1:22: 'this' is defined only inside {{#each}}.")]
    [InlineData("{{else}}", "1:1: {{else}} is outside of")]
    [InlineData("{{upper}}{{join A}}", "1:12: join takes 2 arguments; it has 1.")]
    [InlineData("{{upper A A}}", "1:3: upper takes 1 argument; it has 2.")]
    public void Handlebars_refuses_with_the_place(string template, string expected)
    {
        var error = Assert.Throws<InvalidStackException>(() => _project.Render(template, TemplateEngine.Handlebars, Values));

        Assert.Contains(
            error.Problems, problem => problem.ToString().StartsWith("stacks/web/templates/t:" + expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("$ONE ${ONE} ${X:-d} ${ONE:+set} $$ONE $1 $(x) {{ONE}}", "1 1 d set $ONE $1 $(x) {{ONE}}")]
    [InlineData("\\$ONE \"${ONE}\" '$ONE'", "\\1 \"1\" '1'")]
    public void Envsubst_renders(string template, string expected) =>
        Assert.Equal(expected, _project.Render(template, TemplateEngine.Envsubst, Values));

    [Theory]
    [InlineData("a\n  $NAM $NAM", "2:3: NAM is not set. Did you mean 'NAME'? Set it in an environment layer, give a default " +
        "(${NAM:-...}), or write $$NAM to get the text $NAM.")]
    [InlineData("${X:?say which}", "1:6: X needs a value: say which")]
    [InlineData("\n\n${", "3:1: '${' starts no form that is known")]
    public void Envsubst_refuses_with_the_place(string template, string expected)
    {
        var error = Assert.Throws<InvalidStackException>(() => _project.Render(template, TemplateEngine.Envsubst, Values));

        Assert.StartsWith("stacks/web/templates/t:" + expected, Assert.Single(error.Problems).ToString());
    }

    [Fact]
    public void Every_unknown_variable_of_all_templates_is_reported_at_once()
    {
        _project.Template("a.hbs", "{{X}}\n{{#if X}}{{Z}}{{/if}}{{Y}}");
        _project.Template("b.envsubst", "$X\n$Y");

        var error = Assert.Throws<InvalidStackException>(
            () => RenderedTree.Render(_project.Request("web"), TemplateSearch.Find(_project.Request("web"))));

        Assert.Equal(["a.hbs 1 X", "a.hbs 2 Y", "b.envsubst 1 X", "b.envsubst 2 Y"],
            error.Problems.Select(problem => $"{Path.GetFileName(problem.File)} {problem.Line} {problem.Message.Split(' ')[0]}"));
    }

    [Theory]
    [InlineData(TemplateEngine.Handlebars, "{{upper NAME}} {{lower NAME}} {{default X 1.5}}", "ILI ili 1.5")]
    [InlineData(TemplateEngine.Envsubst, "${NAME}", "Ili")]
    [InlineData(TemplateEngine.Scriban, "{{ NAME | string.upcase }} {{ 1.5 }}", "ILI 1.5")]
    public void The_output_is_the_same_in_every_culture_and_time_zone(TemplateEngine engine, string template, string expected)
    {
        var (culture, zone) = (CultureInfo.CurrentCulture, Environment.GetEnvironmentVariable("TZ"));
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("tr-TR");
            Environment.SetEnvironmentVariable("TZ", "Pacific/Apia");
            TimeZoneInfo.ClearCachedData();

            Assert.Equal(expected, _project.Render(template, engine, Values));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
            Environment.SetEnvironmentVariable("TZ", zone);
            TimeZoneInfo.ClearCachedData();
        }
    }

    [Fact]
    public void Loops_within_loops_are_bounded()
    {
        var hosts = string.Join(',', Enumerable.Range(0, 10_000));
        var watch = Stopwatch.StartNew();

        var error = Assert.Throws<InvalidStackException>(() =>
            _project.Render("{{#each H}}{{#each H}}{{#each H}}{{/each}}{{/each}}{{/each}}", TemplateEngine.Handlebars, ("H", hosts)));

        Assert.Contains("{{#each}} runs more than 100000 times in all.", error.Message);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var template = string.Concat(Enumerable.Repeat("{{#if A}}", 5000)) + string.Concat(Enumerable.Repeat("{{/if}}", 5000));

        Assert.Contains("nested more than 32 deep",
            Assert.Throws<InvalidStackException>(() => _project.Render(template, TemplateEngine.Handlebars, Values)).Message);
        Assert.Contains("contain more than 256 {{else if}}", Assert.Throws<InvalidStackException>(() =>
            _project.Render("{{#if A}}" + string.Concat(Enumerable.Repeat("{{else if A}}", 100_000))
                + "{{/if}}", TemplateEngine.Handlebars, Values)).Message);
        Assert.Throws<InvalidStackException>(
            () => _project.Render("{{upper " + new string('(', 100_000) + "}}", TemplateEngine.Handlebars, Values));
        Assert.Throws<InvalidStackException>(
            () => _project.Render("{{" + string.Concat(Enumerable.Repeat("upper (", 10_000)) + "A"
            + new string(')', 10_000) + "}}", TemplateEngine.Handlebars, Values));
    }
}
