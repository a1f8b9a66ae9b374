using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Harbor.Templates;

namespace Harbor.Tests.Templates;

/// <summary>What Harbor renders is what the real handlebars.js renders. Skipped where there is no node.</summary>
public sealed partial class HandlebarsJsTests
{
    private static readonly Dictionary<string, string> Values =
        new() { ["A"] = "va<>&", ["NAME"] = "Ili", ["EMPTY"] = "", ["HOSTS"] = "a, b,,c ", ["ONE"] = "1" };

    [Fact]
    public async Task The_templates_of_the_documentation_render_as_by_handlebars_js()
    {
        string[] templates =
        [
            "{{A}}|{{{A}}}|{{&A}}|{{& A}}|{{ A }}", "{{upper NAME}} {{lower NAME}}",
            "{{default X \"d\"}}{{default EMPTY 'e'}}{{default A 1}}{{default X 5}}",
            "{{upper (default X NAME)}}", "{{join HOSTS \"; \"}}",
            "{{#if ONE}}1{{else}}0{{/if}}{{#if X}}1{{else}}0{{/if}}{{#if EMPTY}}1{{^}}0{{/if}}",
            "{{#each HOSTS}}{{@index}}={{this}}{{.}} {{ONE}}{{#unless @last}},{{/unless}}{{/each}}",
            "{{#each HOSTS}}{{@first}} {{@last}};{{/each}}",
            "{{#each HOSTS}}{{#if @index}}t{{else}}f{{/if}}{{#each HOSTS}}{{@index}}{{this}}{{/each}}-{{@index}} {{/each}}",
            "a\r\n{{#if ONE}}\r\n  b\r\n{{/if}}\r\nc\r\n", "a {{~ONE~}} b", "x{{! note }}y{{!-- {{X}} --}}z",
            "{{!--}}x--}}", "{{!---}}x", "a\n  {{! c }}  \nb", "\\{{A}} \\\\{{ONE}} \\\\\\{{ONE}}",
            "\\{{A}} \\{{{A}}} \\\\{{ONE}}\\", "re\\{3} \\\\{3} \\\\d {\\\\{ \\n \\",
            "{\"a\": {\"b\": {{ONE}} }}", "{ {{ONE}} } }} $ONE ${ONE}", "{{default X \"a}}b\\\"c\"}}",
            "{{#if X}}a {{else if ONE}}b {{else}}c {{~/if}}|", "{{#if X}}a {{~else if X~}} b {{else if ONE~}} c {{~/if}} |",
            "\r\n  {{#if ONE}}  \r\n  x\r\n  {{else}}\r\n y{{/if}}\r\nz",
            "{{#if ONE}}\n\n\nx\n{{/if}}", "{{#if ONE}}\n{{/if}}\n{{#unless ONE}}\n{{else}}\n y\n{{/unless}}\n",
            "{{default A \"~\"}}{{default X \"~\"}}",
        ];

        Assert.Equal(await ByHandlebarsJsAsync(templates), templates.Select(Rendered));
    }

    [Fact]
    public async Task Generated_templates_render_as_by_handlebars_js()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var templates = Enumerable.Range(0, 3_000).Select(_ => Template(random, depth: 0)).Where(IsCommon).ToArray();

        Assert.InRange(templates.Length, 500, 3_000);
        var different = templates.Zip(await ByHandlebarsJsAsync(templates))
            .Where(pair => pair.Second != Rendered(pair.First)).OrderBy(pair => pair.First.Length);
        Assert.All(different.Take(3), pair => Assert.Fail(
            $"seed {seed}: {JsonSerializer.Serialize(pair.First)}\n gives {JsonSerializer.Serialize(Rendered(pair.First))}\n    not " +
            $"{JsonSerializer.Serialize(pair.Second)}"));
    }

    /// <summary>Harbor takes braces right after an expression, as in JSON, and <c>{{{~A~}}}</c>; handlebars.js refuses both.</summary>
    private static bool IsCommon(string template) =>
        !template.Contains("{{{~", StringComparison.Ordinal) && !Triple().Replace(template, "}}")
            .Contains("}}}", StringComparison.Ordinal) && Rendered(template) is not null;

    /// <summary>Not the end of <c>\{{</c> and <c>{{A}}}</c>.</summary>
    [GeneratedRegex(@"(?<!\{)\{\{\{A\}\}\}")]
    private static partial Regex Triple();

    private static string? Rendered(string template)
    {
        var problems = new List<Problem>();
        var text = new HandlebarsEngine().Render(template, "t", Values, problems);
        return problems.Count == 0 ? text : null;
    }

    private static string Template(Random random, int depth)
    {
        string[] texts = ["a", "b ", " ", "  ", "\n", "\r\n", "\n  ", " \n", "x\n\n", "\t", "}", "{",
            "\\", "\\\\", "\\{{", "}}", "\u00A0", "\u3000\n", "\u0085", "\uFEFF", "$A", "\"", "--"];
        return string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => random.Next(depth > 2 ? 7 : 10) switch
        {
            < 4 => Pick(texts),
            4 => Braces(
            "", Pick("A", "ONE", "upper NAME", "lower A", "default X \"d\"", "join HOSTS \"-\"", "default X (upper NAME)", "{A}", "&A")),
            5 => Pick("{{! c }}", "{{~! c ~}}", "{{!-- }} --}}", "{{~!-- c --}}", "{{!-- c --~}}"),
            6 => "\n",
            7 => Braces("#if ", Condition()) + Template(random, depth + 1) + Elses() + Braces("/if", ""),
            8 => Braces("#unless ", Condition()) + Template(random, depth + 1) + Elses() + Braces("/unless", ""),
            _ => Braces("#each ", Pick("HOSTS", "HOSTS", "EMPTY", "X")) + Each() + Elses() + Braces("/each", ""),
        }));

        string Pick(params string[] of) => of[random.Next(of.Length)];
        string Braces(string head, string rest) => $"{{{{{Pick("", "", "", "~")}{head}{rest}{Pick("", "", "", "~")}}}}}";
        string Condition() => Pick("A", "X", "EMPTY", "ONE", "(default X \"\")", "(default X NAME)");
        string Each() =>
            Template(random, depth + 1)
            + Pick("{{this}}", "{{.}} ", "{{@index}}", "{{#unless @last}},{{/unless}}", "{{#if @first}}\nf\n{{/if}}")
            + Template(random, depth + 1);
        string Elses() =>
            string.Concat(Enumerable.Range(0, random.Next(0, 3)).Select(_ => Braces("else if ", Condition()) + Template(random, depth + 1)))
            + (random.Next(2) == 0 ? "" : Braces(Pick("else", "^"), "") + Template(random, depth + 1));
    }

    private static async Task<string?[]> ByHandlebarsJsAsync(string[] templates)
    {
        Process node;
        try
        {
#pragma warning disable RS0030 // The test's own program; Harbor's Command is under test elsewhere.
            node = Process.Start(new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "Data", "handlebars", "render.js")])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
#pragma warning restore RS0030
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no node here.");
            throw;
        }

        using (node)
        {
            await node.StandardInput.WriteAsync(JsonSerializer.Serialize(new object[] { templates, Values }));
            node.StandardInput.Close();
            return JsonSerializer.Deserialize<string?[]>(await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken))!;
        }
    }
}
