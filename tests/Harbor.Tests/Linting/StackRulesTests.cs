using Harbor.Environments;
using Harbor.Linting;
using Harbor.Templates;

namespace Harbor.Tests.Linting;

public sealed class StackRulesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_variable_that_nobody_reads_is_a_warning_at_each_line_that_sets_it()
    {
        _folder.Write("etc/sys.env", "USED=1\nUNUSED=1\n");
        _folder.Write("etc/sites/prod.env", "UNUSED=2\nONLY_PROD=3\n");
        _folder.Write("stacks/web/service.env", "\nOWN=1\n");
        _folder.Write("stacks/db/service.env", "GIVEN_WHOLE=1\n");

        var found = Find(parts => parts with { Reads = [Read("USED")], WholeFiles = ["stacks/db/service.env"] });

        Assert.Equal(
            ["etc/sites/prod.env:1 UNUSED", "etc/sites/prod.env:2 ONLY_PROD", "etc/sys.env:2 UNUSED", "stacks/web/service.env:2 OWN"],
            found.Select(finding => $"{finding.File}:{finding.Line} {finding.Message.Split(' ')[0]}").Order(StringComparer.Ordinal));
        Assert.All(found, finding => Assert.Equal((StackRules.Unused, false), (finding.Rule, finding.IsError)));
    }

    [Fact]
    public void A_variable_that_nobody_sets_is_an_error_where_it_is_read_without_a_default()
    {
        _folder.Write("etc/sys.env", "GREETING=1\n");
        _folder.Write("stacks/web/service.env", "OWN=1\n");

        var found = Find(parts => parts with
        {
            Reads =
            [
                Read("COMPOSE_PROJECT_NAME"), Read("PWD"), // Compose files have them by themselves, templates do not.
                Read("PWD") with { Kind = ReaderKind.Template, File = "stacks/web/templates/x", Service = "web" },
                Read("GREETNIG"), Read("GREETING"), Read("ABSENT") with { IsRequired = false }, Read("OWN"),
                Read("OWN") with { Kind = ReaderKind.Template, File = "stacks/web/templates/x", Service = "web" },
                Read("OWN") with { Kind = ReaderKind.Template, File = "stacks/db/templates/x", Service = "db" },
            ],
        });

        Assert.Equal(["stacks/web/templates/x:3 PWD", "compose.yml:3 GREETNIG", "stacks/db/templates/x:3 OWN"],
            found.Select(finding => $"{finding.File}:{finding.Line} {finding.Message.Split(' ')[0]}"));
        Assert.All(found, finding => Assert.Equal((StackRules.Undefined, true), (finding.Rule, finding.IsError)));
        Assert.Contains("Did you mean 'GREETING'?", found[1].Message);
    }

    [Theory]
    [InlineData("volumes: [./var/run/web/config:/etc/nginx:ro]", true)]
    [InlineData("volumes: ['./var/run/web/config/nginx/nginx.conf:/x']", true)]
    [InlineData("volumes: [\"./var/run/web/:/x\"]", true)]
    [InlineData("configs: { a: { file: var/run/web/config/nginx/nginx.conf } }", true)]
    [InlineData("volumes: [./var/run/${SERVICE}/config:/x]", true)]
    [InlineData("volumes:\n  - ./var/run:/x:ro", true)]
    [InlineData("volumes: ['./var/:/x']", true)]
    [InlineData("volumes: [.:/x]", true)]
    [InlineData("volumes: [{ type: bind, source: ./var/run, target: /x }]", true)]
    [InlineData("volumes:\n  - type: bind\n    source: .\n    target: /x\n", true)]
    [InlineData("volumes: ['${CFG}:/x:ro']", true)]
    [InlineData("volumes: ['${BASE}/config:/x:ro']", true)]
    [InlineData("volumes: ['${OTHER}:/x:ro']", false)]
    [InlineData("volumes: [var:/x, ./variants:/y, ./var/lib:/z]", false)]
    [InlineData("build: { context: . }", false)]
    [InlineData("volumes: [./var/run/web/config/ngin:/x]", false)]
    [InlineData("volumes: [./var/run/web/config/nginx/nginx.conf.d:/x]", false)]
    [InlineData("volumes: [./var/run/db/config:/x]", false)]
    [InlineData("volumes: [./data:/x]", false)]
    public void A_template_whose_output_no_compose_file_mounts_is_a_warning(string compose, bool isMounted)
    {
        _folder.Write("etc/sys.env", "CFG=./var/run/web/config\nOTHER=./var/run/db\n");
        _folder.Write("stacks/web/service.env", "BASE=./var/run/web\n");
        var template = new TemplateFile(
            "web", "stacks/web/templates/nginx/nginx.conf", "web/config/nginx/nginx.conf", TemplateEngine.Envsubst, UnixFileMode.None, []);

        var found = Find(
            parts => parts with
            {
                Templates = [template],
                ComposeTexts = ["services: {}", compose],
                Reads = [Read("CFG"), Read("BASE"), Read("OTHER")]
            });

        Assert.Equal(isMounted ? [] : ["warning template-without-reader 0"], Planted.Describe(found));
    }

    [Fact]
    public void Templates_in_a_folder_that_is_no_services_are_a_warning()
    {
        var found = StackRules.Orphans(
            new Dictionary<string, string> { ["web"] = "stacks/web/templates/a", ["wbe"] = "stacks/wbe/templates/a" },
            ["web", "db"]).Single();

        Assert.Equal("stacks/wbe/templates/a", found.File);
        Assert.Contains("Did you mean 'web'?", found.Message);
    }

    private IReadOnlyList<Finding> Find(Func<StackParts, StackParts> change)
    {
        var request = new EnvironmentRequest(_folder.Paths, [
            new(LayerKind.Sys, "etc/sys.env", null, null, Optional: true, []),
            new(LayerKind.Service, null, "stacks", "service.env", Optional: true, []),
        ])
        {
            Services = ["web", "db"],
            KeepHistory = true,
        };
        var sites = File.Exists(_folder["etc/sites/prod.env"])
            ? [StackEnvironment.Load(request with { Site = "prod" })] : Array.Empty<StackEnvironment>();
        return StackRules.Find(change(new StackParts([StackEnvironment.Load(request), .. sites], ["web", "db"], [], [], [], [], [])));
    }

    private static VariableRead Read(string name) => new(name, ReaderKind.Compose, "compose.yml", 3, IsRequired: true);
}
