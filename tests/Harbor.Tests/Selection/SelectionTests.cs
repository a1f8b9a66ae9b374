using Harbor.Selection;

namespace Harbor.Tests.Selection;

public sealed class SelectionTests
{
    private static readonly string[] Names =
    [
        "compose.yml", "compose.litellm.yml", "compose.webui.yml", "compose.ollama.yml", "compose.searxng.morphic.yml",
        "compose.ollama.nvidia.yml", "compose.x.webui.traefik.yml", "compose.x.litellm.webui.yml", "compose.x.litellm.ollama.yml",
        "compose.x.ollama.traefik.yml", "compose.x.traefik.yml", "compose.x.webui.nvidia.yml", "compose.x.ollama.nvidia.yml",
    ];

    [Fact]
    public void The_wildcard_adds_overlays_of_selected_services_and_nothing_of_others() => Assert.Equal(
        ["compose.yml", "compose.litellm.yml", "compose.webui.yml", "compose.x.litellm.webui.yml", "compose.x.webui.traefik.yml"],
        Select(new() { ProfileServices = ["litellm", "webui"], ProfileOptions = ["*"] }).Files);

    [Fact]
    public void The_wildcard_does_not_stand_in_for_a_word_that_has_a_file_of_its_own() => Assert.Equal(
        ["compose.yml", "compose.webui.yml"],
        Select(new() { Services = ["webui"], Options = ["*"] },
        ["compose.yml", "compose.webui.yml", "compose.traefik.yml", "compose.x.webui.traefik.yml"]).Files);

    [Fact]
    public void The_wildcard_leaves_capabilities_to_detection()
    {
        Assert.DoesNotContain("compose.x.webui.nvidia.yml", Select(new() { Services = ["webui"], Options = ["*"] }).Files);
        Assert.Contains("compose.x.webui.nvidia.yml", Select(new() { Services = ["webui"], Options = ["*"], Detected = ["nvidia"] }).Files);
    }

    [Fact]
    public void The_wildcard_alone_takes_no_file_but_the_base() => Assert.Equal(["compose.yml"], Select(new() { Options = ["*"] }).Files);

    [Fact]
    public void A_cross_file_whose_words_are_all_selected_needs_no_wildcard_and_no_service() => Assert.Equal(
        ["compose.yml", "compose.x.traefik.yml"], Select(new() { Options = ["traefik"] }).Files);

    [Theory]
    [InlineData("my.app", "compose.my.app.yml compose.my.app.gpu.yml")]
    [InlineData("my.app db", "compose.db.yml compose.my.app.yml compose.x.db.my.app.yml compose.my.app.gpu.yml compose.x.my.app.db.yml")]
    [InlineData("my.app.two", "compose.my.app.two.yaml")]
    public void A_service_with_dots_in_its_name_has_a_file_overlays_and_cross_files(string services, string files) => Assert.Equal(
        files.Split(' ').Order(), Select(new() { Services = services.Split(' ') },
        [
            "compose.my.app.yml", "compose.my.app.gpu.yml", "compose.db.yml", "compose.x.my.app.db.yml", "compose.x.db.my.app.yml",
            "compose.x.my.other.db.yml", "compose.my.app.two.yaml", "compose.app.yml",
        ]).Files.Skip(1).Except(services == "my.app.two" ? [] : ["compose.my.app.two.yaml"]).Order());

    [Fact]
    public void An_unknown_service_with_dots_is_an_error() =>
        Assert.Contains("there is no compose.my.ap.yml", Assert.Throws<InvalidStackException>(
            () => Select(new() { Services = ["my.ap"] }, ["compose.my.app.yml"])).Message);

    [Fact]
    public void One_name_with_both_extensions_is_a_warning()
    {
        var result = Select(new() { Services = ["web"] }, ["compose.yml", "compose.web.yml", "compose.web.yaml"]);

        Assert.Equal(["compose.yml", "compose.web.yaml", "compose.web.yml"], result.Files);
        Assert.StartsWith("compose.web.yml and compose.web.yaml are both selected and merged.", Assert.Single(result.Warnings));
    }

    [Fact]
    public void Services_of_the_command_line_are_added_to_the_profile_s()
    {
        var request = new SelectionRequest { ProfileServices = ["litellm"], Services = ["webui"] };

        Assert.Equal(["litellm", "webui"], Select(request).Services);
        Assert.Equal(["webui"], Select(request with { NoDefaults = true }).Services);
    }

    [Fact]
    public void Without_defaults_only_the_capabilities_of_the_profile_s_options_are_kept()
    {
        var selection = Select(
            new() { ProfileServices = ["litellm"], ProfileOptions = ["traefik", "nvidia", "*"], Services = ["ollama"], NoDefaults = true });

        Assert.Equal(["compose.yml", "compose.ollama.yml", "compose.ollama.nvidia.yml", "compose.x.ollama.nvidia.yml"], selection.Files);
        Assert.Equal(["nvidia"], selection.Capabilities);
        Assert.Empty(selection.Options);
    }

    [Fact]
    public void A_service_that_an_option_brings_in_is_a_selected_service()
    {
        var selection = Select(new() { Services = ["litellm"], Options = ["webui", "traefik"] });

        Assert.Equal(["litellm", "webui"], selection.Services);
        Assert.Equal(["traefik", "webui"], selection.Options);
    }

    [Fact]
    public void Every_unknown_service_is_reported_at_once_with_the_nearest_name()
    {
        var error = Assert.Throws<InvalidStackException>(
            () => Select(new() { ProfileServices = ["litelm"], Services = ["zebra", "morphic", "webui"] }));

        Assert.Equal(
            """
            Unknown service 'litelm': there is no compose.litelm.yml. Did you mean 'litellm'?
            Unknown service 'morphic': there is no compose.morphic.yml. It is a word of compose.searxng.morphic.yml: name it as an option.
            Unknown service 'zebra': there is no compose.zebra.yml. Known: litellm, ollama, webui.
            """,
            error.Message);
    }

    [Fact]
    public void A_word_that_matches_no_file_is_a_warning() => Assert.Equal(
        [
            "Option 'treafik' matches no compose file. Did you mean 'traefik'?",
            "Capability 'cdi' matches no compose file.",
            "Capability 'nvidai' matches no compose file. Did you mean 'nvidia'?",
        ],
        Select(new() { Options = ["treafik", "*", "morphic"], Capabilities = ["nvidia", "nvidai", "cdi"] })
        .Warnings.OrderByDescending(text => text[0]));

    [Fact]
    public void A_detected_capability_that_nothing_uses_is_no_warning() =>
        Assert.Empty(Select(new() { Detected = ["mdc", "cdi"] }).Warnings);

    [Fact]
    public void A_missing_base_file_is_a_warning()
    {
        var selection = Select(new() { Services = ["a"] }, ["compose.a.yml"]);

        Assert.Equal(["compose.yml", "compose.a.yml"], selection.Files);
        Assert.Equal(["The base file compose.yml does not exist."], selection.Warnings);
    }

    [Fact]
    public void Base_files_come_first_in_the_order_given_and_once() => Assert.Equal(
        ["compose.webui.yml", "compose.yml", "compose.litellm.yml"],
        Select(new() { Services = ["litellm", "webui"] }, Names[..3], new() { Base = ["compose.webui.yml", "compose.yml"] }).Files);

    [Theory]
    [InlineData("compose.${service}.yml", "compose.ollama.yml")]
    [InlineData("compose.*.${option}.yml", "compose.ollama.nvidia.yml")]
    [InlineData("compose.x.${service}.${option}.yml", "compose.x.ollama.nvidia.yml")]
    [InlineData("compose.x.*.yml", "compose.x.ollama.nvidia.yml")]
    [InlineData("compose.ollama.yml", "compose.ollama.yml")]
    [InlineData("compose.webui.yml", null)]
    public void Include_admits_the_files_of_its_form(string pattern, string? expected) => Assert.Equal(
        expected is null ? ["compose.yml"] : ["compose.yml", expected],
        Select(new() { Services = ["ollama"], Detected = ["nvidia"] }, Names, new() { Include = [pattern] }).Files);

    [Fact]
    public void Include_patterns_of_an_unknown_form_are_refused_all_at_once()
    {
        var error = Assert.Throws<InvalidStackException>(
            () => Select(new(), Names, new() { Include = ["compose.${servce}.yml", "*.yml", "compose.x.a.*.yml"] }));

        Assert.Equal(3, error.Problems.Count);
        Assert.StartsWith("source.rules.include: 'compose.${servce}.yml' is none of", error.Problems[0].Message, StringComparison.Ordinal);
        Assert.EndsWith("Did you mean 'compose.${service}.yml'?", error.Problems[0].Message, StringComparison.Ordinal);
    }

    private static SelectionResult Select(SelectionRequest request, string[]? names = null, SelectionRules? rules = null) =>
        ComposeSelection.Select(ComposeFolder.FromNames(names ?? Names), rules ?? new SelectionRules(), request);
}
