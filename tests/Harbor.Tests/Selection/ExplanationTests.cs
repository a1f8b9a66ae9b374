using Harbor.Selection;

namespace Harbor.Tests.Selection;

public sealed class ExplanationTests
{
    private static readonly string[] Names =
    [
        "compose.yml", "compose.webui.yml", "compose.searxng.yml", "compose.searxng.morphic.yml",
        "compose.x.webui.traefik.yml", "compose.x.webui.searxng.yml",
        "compose.x.webui.nvidia.yml", "compose.x.traefik.auth.yml", "compose.webui.yml.bak",
    ];

    [Fact]
    public void Every_file_of_the_folder_says_why_it_is_in_or_not() => Assert.Equal(
        """
        + compose.yml: base file
        + compose.webui.yml: service file: webui selected
        + compose.x.webui.traefik.yml: cross file: webui selected; traefik covered by '*'
        - compose.searxng.morphic.yml: plain file: none of searxng, morphic selected
        - compose.searxng.yml: service file: searxng not selected
        - compose.x.traefik.auth.yml: cross file: '*' adds overlays of selected services only, and this is of none
        - compose.x.webui.nvidia.yml: cross file: needs nvidia, a capability neither detected nor given
        - compose.x.webui.searxng.yml: cross file: needs searxng, which is not selected
        - compose.webui.yml.bak: not a compose file: compose.<word>.yml was expected
        """,
        Explain(new(), new() { Services = ["webui"], Options = ["*"] }));

    [Fact]
    public void The_tree_wildcard_and_the_include_patterns_are_named_where_they_decide() => Assert.Equal(
        """
        + compose.yml: base file
        + compose.searxng.yml: service file: covered by '*'
        - compose.searxng.cdi.yml: not admitted by source.rules.include
        - compose.cdi.yml: service file: '*' does not cover the capability cdi
        """.Split('\n').Order(StringComparer.Ordinal),
        Explain(
            new() { Wildcard = Wildcard.Tree, Include = ["compose.${service}.yml"] },
            new() { Options = ["*"] },
            ["compose.yml", "compose.searxng.yml", "compose.searxng.cdi.yml", "compose.cdi.yml"])
            .Split('\n').Order(StringComparer.Ordinal));

    [Fact]
    public void The_reasons_agree_with_the_selection_in_every_measured_case()
    {
        foreach (var test in MeasuredSelections.Cases().Where((_, index) => index % 10 == 0))
        {
            var reasons = ComposeSelection.Explain(
                MeasuredSelections.Folder(test.Tree), MeasuredSelections.Rules(test.Tree), new() { Options = test.Options });

            Assert.Equal(test.Files, reasons.Where(reason => reason.Selected).Select(reason => reason.File));
            Assert.Equal(MeasuredSelections.Names(test.Tree).Length, reasons.Count);
            Assert.All(reasons,
                reason => Assert.False(reason.Reason.EndsWith(' ')
                || reason.Reason.EndsWith(": ", StringComparison.Ordinal), reason.Reason));
        }
    }

    private static string Explain(SelectionRules rules, SelectionRequest request, string[]? names = null) => string.Join(
        '\n', ComposeSelection.Explain(ComposeFolder.FromNames(names ?? Names), rules, request)
        .Select(item => $"{(item.Selected ? '+' : '-')} {item.File}: {item.Reason}"));
}
