using Harbor.Environments;

namespace Harbor.Tests.Environments;

public sealed class ComposeEnvironmentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ComposeEnvironmentTests()
    {
        _folder.Write("etc/sys.env", "ALL=1\nPORT=0\n");
        _folder.Write("stacks/db/service.env", "PORT=5432\nSAME=x\nDB=1\n");
        _folder.Write("stacks/web/service.env", "# ports\nPORT=80\nSAME=x\nWEB=1\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Compose_gets_the_shared_variables_and_those_of_the_selected_services() =>
        Assert.Equal("ALL=1 PORT=80 SAME=x WEB=1", Text(Load().ForCompose(["web"], Compose("$PORT"))));

    [Fact]
    public void A_name_that_two_services_set_differently_is_left_out() =>
        Assert.Equal("ALL=1 DB=1 SAME=x WEB=1", Text(Load().ForCompose(["web", "db"], Compose("$PORTS $$PORT ${SAME} port"))));

    [Theory]
    [InlineData("image: x:$PORT")]
    [InlineData("image: x:${PORT:-1}")]
    [InlineData("image: $$$PORT")]
    public void Or_refused_with_both_places_where_a_compose_file_asks_for_it(string text) =>
        Assert.StartsWith(
            "stacks/web/service.env:2: PORT has another value in stacks/db/service.env:1, and etc/stacks/compose.yml:1 uses it",
            Assert.Throws<InvalidStackException>(() => Load().ForCompose(["web", "db"], Compose(text))).Message);

    [Fact]
    public void A_later_layer_settles_it() =>
        Assert.Equal("9", Load("PORT=9").ForCompose(["web", "db"], Compose("$PORT"))["PORT"].Value);

    private string[] Compose(string text)
    {
        _folder.Write("etc/stacks/compose.yml", text);
        return ["etc/stacks/compose.yml"];
    }

    private StackEnvironment Load(params string[] settings) => StackEnvironment.Load(new(_folder.Paths,
    [
        new(LayerKind.Sys, "etc/sys.env", null, null, Optional: false, []),
        new(LayerKind.Service, null, "stacks", "service.env", Optional: true, []),
    ])
    {
        Services = ["web", "db"],
        Settings = settings,
    });

    private static string Text(IReadOnlyDictionary<string, EnvironmentValue> values) =>
        string.Join(' ', values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value.Value}"));
}
