using Harbor.Environments;
using Harbor.Templates;

namespace Harbor.Tests.Environments;

public sealed class ProvenanceTests : IDisposable
{
    private static readonly EnvironmentSource[] Sources =
    [
        new(LayerKind.Sys, "etc/sys.env", null, null, Optional: true, []),
        new(LayerKind.Service, null, "stacks", "service.env", Optional: true, []),
        new(LayerKind.Secrets, "etc/secrets.env", null, null, Optional: true, ["TOKEN"]),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_value_that_was_overridden_is_known_with_its_line_the_nearest_first()
    {
        _folder.Write("etc/sys.env", "PORT=1\nPORT=2\n");
        _folder.Write("stacks/web/service.env", "# port\nPORT=3\n");
        var request = Request("web") with
        {
            ProcessEnvironment = new Dictionary<string, string> { ["HARBOR_ENV_PORT"] = "4" },
            Settings = ["PORT=5"],
        };

        Assert.Equal("5 --set, 4 HARBOR_ENV_PORT, 3 stacks/web/service.env:2, 2 etc/sys.env:2, 1 etc/sys.env:1",
            Chain(StackEnvironment.Load(request).For("web")["PORT"]));
        Assert.Equal("5 --set", Chain(StackEnvironment.Load(request with { KeepHistory = false }).For("web")["PORT"]));
    }

    [Fact]
    public void What_a_secret_overrode_is_secret_too()
    {
        _folder.Write("etc/sys.env", "TOKEN=an-old-one\n");
        File.SetUnixFileMode(_folder.Write("etc/secrets.env", "TOKEN=the-new-one\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var value = StackEnvironment.Load(Request("web")).For("web")["TOKEN"];

        Assert.True(value.IsSecret);
        Assert.True(value.Overrode!.IsSecret);
    }

    [Fact]
    public void Services_with_different_values_have_rows_of_their_own_and_compose_reads_the_one_that_it_gets()
    {
        _folder.Write("etc/sys.env", "LEVEL=1\nSAME=x\n");
        _folder.Write("stacks/web/service.env", "LEVEL=2\n");
        VariableRead[] reads =
        [
            new("LEVEL", ReaderKind.Compose, "etc/stacks/compose.web.yml", 7, IsRequired: true),
            new("LEVEL", ReaderKind.Template, "stacks/db/templates/a", 1, IsRequired: true, "db"),
            new("SAME", ReaderKind.Layer, "etc/sys.env", 9, IsRequired: true),
        ];
        var environment = StackEnvironment.Load(Request("web", "db"));

        var values = EffectiveValue.Find(environment, ["web", "db"], environment.ForCompose(["web", "db"], []), reads);

        Assert.Equal(
            ["LEVEL [db] 1 stacks/db/templates/a:1", "LEVEL [web] 2 etc/stacks/compose.web.yml:7",
            "SAME [] x etc/sys.env:9", "TOKEN [] made-on-first-use "],
            values.Select(
            value => $"{value.Name} [{string.Join(',', value.Services)}] {value.Value.Value} {string.Join(',', value.Readers)}"));
        Assert.Equal(["TOKEN"], values.Where(value => value.IsPending).Select(value => value.Name));
    }

    [Fact]
    public void What_one_service_overrode_is_not_said_of_another()
    {
        _folder.Write("etc/sys.env", "POOL=4\n");
        _folder.Write("stacks/api/service.env", "POOL=8\n");
        _folder.Write("stacks/worker/service.env", "POOL=9\n");
        VariableRead[] reads = [new("POOL", ReaderKind.Compose, "compose.yml", 7, IsRequired: true)];
        string[] services = ["api", "cache", "mail", "worker"];
        var environment = StackEnvironment.Load(Request(services) with { Settings = ["POOL=3"] });

        var values = EffectiveValue.Find(environment, services, environment.ForCompose(services, []), reads)
            .Where(value => value.Name == "POOL");

        Assert.Equal(
            ["[api] 3 --set, 8 stacks/api/service.env:1, 4 etc/sys.env:1 compose.yml:7",
            "[cache,mail] 3 --set, 4 etc/sys.env:1 compose.yml:7",
            "[worker] 3 --set, 9 stacks/worker/service.env:1, 4 etc/sys.env:1 compose.yml:7"],
            values.Select(value => $"[{string.Join(',', value.Services)}] {Chain(value.Value)} {string.Join(',', value.Readers)}"));
        Assert.All(values, value => Assert.True(value.IsCompose));
    }

    [Fact]
    public void Who_asks_Compose_for_a_name_in_conflict_is_a_reader_of_both_values()
    {
        _folder.Write("stacks/api/service.env", "POOL=8\n");
        _folder.Write("stacks/worker/service.env", "POOL=9\n");
        var environment = StackEnvironment.Load(Request("api", "worker"));
        VariableRead[] reads = [new("POOL", ReaderKind.Compose, "compose.yml", 7, IsRequired: false)];

        var values = EffectiveValue.Find(environment, ["api", "worker"], environment.ForCompose(["api", "worker"], []), reads)
            .Where(value => value.Name == "POOL");

        Assert.Equal(["8 compose.yml:7 False", "9 compose.yml:7 False"],
            values.Select(value => $"{value.Value.Value} {string.Join(',', value.Readers)} {value.IsCompose}"));
    }

    [Fact]
    public void A_secret_that_was_never_made_and_is_set_from_above_is_no_pending_one()
    {
        var environment = StackEnvironment.Load(Request("web") with { Settings = ["TOKEN=given-7Xq"] });

        var token = Assert.Single(EffectiveValue.Find(environment, ["web"], environment.ForCompose(["web"], []), []));

        Assert.False(token.IsPending);
        Assert.True(token.Value.IsSecret);
        Assert.Equal("given-7Xq --set, made-on-first-use etc/secrets.env", Chain(token.Value));
    }

    [Fact]
    public void A_stack_without_services_has_what_all_share()
    {
        _folder.Write("etc/sys.env", "LEVEL=1\n");
        var environment = StackEnvironment.Load(Request());

        var values = EffectiveValue.Find(environment, [], environment.ForCompose([], []), []);

        Assert.Equal(["LEVEL [] 1", "TOKEN [] made-on-first-use"],
            values.Select(value => $"{value.Name} [{string.Join(',', value.Services)}] {value.Value.Value}"));
    }

    [Theory]
    [InlineData(LayerKind.Dotenv)]
    [InlineData(LayerKind.Secrets)]
    public void A_source_of_one_service_is_seen_by_that_one_and_by_compose_and_made_secrets_are_no_exception(LayerKind kind)
    {
        File.SetUnixFileMode(_folder.Write("etc/webonly.env", "WEBONLY=1\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var source = new EnvironmentSource(kind, "etc/webonly.env", null, null, Optional: false, kind == LayerKind.Secrets
            ? ["MADE"] : [])
        { Service = "web" };
        var environment = StackEnvironment.Load(new EnvironmentRequest(_folder.Paths, [source]) { Services = ["web", "worker"] });
        string[] names = kind == LayerKind.Secrets ? ["MADE", "WEBONLY"] : ["WEBONLY"];

        Assert.Equal(names, environment.For("web").Keys.Order());
        Assert.Empty(environment.For("worker"));
        Assert.Empty(environment.Shared);
        Assert.Equal(names, environment.ForCompose(["web", "worker"], []).Keys.Order());
    }

    [Fact]
    public void A_file_of_one_service_need_not_be_there_where_that_is_not_selected()
    {
        var source = new EnvironmentSource(LayerKind.Dotenv, "etc/webonly.env", null, null, Optional: false, []) { Service = "web" };

        Assert.Empty(StackEnvironment.Load(new EnvironmentRequest(_folder.Paths, [source]) { Services = ["worker"] }).For("worker"));
    }

    [Fact]
    public void A_name_that_services_set_differently_is_a_conflict_until_a_later_layer_settles_it()
    {
        _folder.Write("stacks/a/service.env", "MODE=x\nPLAIN=1\n");
        _folder.Write("stacks/b/service.env", "\nMODE=y\nPLAIN=1\n");
        var request = Request("b", "a");

        var conflict = Assert.Single(StackEnvironment.Load(request).Conflicts());

        Assert.Equal("MODE", conflict.Name);
        Assert.Equal(
            ["a stacks/a/service.env:1", "b stacks/b/service.env:2"], conflict.Values.Select(set => $"{set.Service} {set.Value.Origin}"));
        Assert.Empty(StackEnvironment.Load(request with { Settings = ["MODE=z"] }).Conflicts());
    }

    [Fact]
    public void Values_of_layers_made_from_others_are_readers()
    {
        _folder.Write("etc/sys.env", "A=1\nB='$A'\nC=\"${A:-${X}}\"\nD=$$A\n");

        Assert.Equal(["A etc/sys.env:3 False", "X etc/sys.env:3 False"], StackEnvironment.Load(Request())
            .Reads.Select(read => $"{read.Name} {read} {read.IsRequired}"));
    }

    [Fact]
    public void A_compose_file_reads_what_stands_in_its_values_with_the_right_line()
    {
        var reads = ComposeReads.Find("compose.yml", """
            # ${COMMENT}
            services:
              web:
                image: "${IMAGE:?which}:$TAG" # $NO
                command: |
                  first
                  echo $$HOME ${INNER-1}

                # ${BEHIND_BLOCK}
                environment:
                  - BARE
                  - "SET=${FROM:+x${NESTED}}"
                build: { args: { ARG: , OTHER: "1" } }
                labels: >-
                  one
                  $FOLDED
            secrets:
              token: { environment: TOKEN }
            """);

        Assert.Equal(
            ["IMAGE 4 True", "TAG 4 True", "INNER 7 False", "BARE 11 False", "FROM 12 False",
            "NESTED 12 False", "ARG 13 False", "FOLDED 16 True", "TOKEN 18 True"],
            reads.Select(read => $"{read.Name} {read.Line} {read.IsRequired}"));
    }

    [Fact]
    public void Names_behind_an_anchor_are_read_where_an_alias_or_a_merge_key_puts_them()
    {
        var reads = ComposeReads.Find("compose.yml", """
            x-list: &list [LISTED, &item ITEM]
            x-map: &map
              MAPPED:
              SET: "1"
            x-nobody: &nobody [NOBODY]
            x-file: &file { environment: TOKEN }
            services:
              web: { environment: *list }
              db: { environment: { <<: *map, OWN: } }
              job: { environment: [*item], build: { args: { <<: [*map] } } }
            secrets:
              token: *file
            """);

        Assert.Equal(["LISTED 1 False", "ITEM 1 False", "MAPPED 3 False", "TOKEN 6 True", "OWN 9 False"],
            reads.Select(read => $"{read.Name} {read.Line} {read.IsRequired}"));
    }

    [Fact]
    public void A_name_that_two_services_set_differently_is_refused_behind_an_anchor_too()
    {
        _folder.Write("stacks/a/service.env", "MODE=x\n");
        _folder.Write("stacks/b/service.env", "MODE=y\n");
        var environment = StackEnvironment.Load(Request("a", "b"));
        _folder.Write("compose.yml", "x-env: &env [MODE]\nservices: { a: { environment: *env } }");

        var refused = Assert.Throws<InvalidStackException>(() => environment.ForCompose(["a", "b"], ["compose.yml"]));

        Assert.Contains("stacks/b/service.env:1", refused.Message);
        Assert.Contains("MODE has another value in stacks/a/service.env:1, and compose.yml:1 uses it", refused.Message);
    }

    [Theory]
    [InlineData("services: [")]
    [InlineData("services:\n  a:\n    b: [c\nd:\n  e: 1\n")]
    [InlineData("a: b: $C\n")]
    [InlineData("")]
    [InlineData("${A}${")]
    public void A_broken_compose_file_is_left_to_compose(string text) => Assert.NotNull(ComposeReads.Find("compose.yml", text));

    [Fact]
    public void A_deep_compose_file_ends_the_search_and_not_the_process() =>
        Assert.Empty(ComposeReads.Find("compose.yml", new string('[', 100_000)));

    [Fact]
    public void Templates_read_what_their_engine_would_fill_in_except_what_the_descriptor_gives()
    {
        _folder.Write("stacks/web/templates/a.conf",
            "x\n{{A}} {{#if B}}{{upper C}}{{/if}}\n{{default D \"\"}} {{! E }} \\{{F}}\n{{#each G}}{{this}}{{/each}} {{EXTRA}}");
        _folder.Write("stacks/web/templates/b.envsubst", "$A\n${B:-1} $$C");
        var request = new TemplateRequest(_folder.Paths, StackEnvironment.Load(Request("web")), [
            new ServiceTemplates(
            "web", [new TemplateSet("stacks/${service}/templates/**", "var/run/${service}/config/")]) { Extra =
            new Dictionary<string, string> { ["EXTRA"] = "1" } },
        ]);

        Assert.Equal(
            ["A 2 True", "B 2 False", "C 2 True", "D 3 False", "G 4 False", "A 1 True", "B 2 False"],
            TemplateReads.Find(request, TemplateSearch.Find(request)).Select(read => $"{read.Name} {read.Line} {read.IsRequired}"));
    }

    private EnvironmentRequest Request(params string[] services) => new(_folder.Paths, Sources) { Services = services, KeepHistory = true };

    private static string Chain(EnvironmentValue value) =>
        $"{value.Value} {value.Origin}" + (value.Overrode is { } lower ? $", {Chain(lower)}" : "");
}
