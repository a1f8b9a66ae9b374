using System.Text.Json.Serialization;
using Harbor.Processes;
using Harbor.State;

namespace Harbor.Tests.Journal;

public sealed class StateFileTests : IDisposable
{
    private readonly Project _project = new();

    public void Dispose() => _project.Dispose();

    private StateFile<Deployed> State =>
        new(_project.Paths, "deployed", 2, StateFileTestsJson.Default.SavedStateDeployed, "Remove it and deploy again.");

    private string FilePath => Path.Combine(_project.Paths.State, "deployed.json");

    [Fact]
    public void What_was_written_is_read_until_it_is_deleted()
    {
        Assert.Null(State.Read());
        State.Delete();

        State.Write(new Deployed("demo", 3));
        Assert.Equal(new Deployed("demo", 3), State.Read());

        State.Delete();
        Assert.Null(State.Read());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"state\":{}}")]
    [InlineData("{\"version\":\"2\",\"state\":{\"project\":\"a\"}}")]
    [InlineData("{\"version\":2,\"state\":null}")]
    [InlineData("{\"version\":2,\"state\":[]}")]
    [InlineData("{\"version\":2}")]
    [InlineData("{\"version\":2,\"state\":{\"project\":\"a\"}}")]
    [InlineData("{\"version\":2,\"state\":{\"project\":null,\"services\":1}}")]
    [InlineData("{\"version\":2,\"state\":{\"project\":\"a\",\"services\":1e400}}")]
    public void A_damaged_file_is_an_error_that_says_what_to_do(string content)
    {
        Directory.CreateDirectory(_project.Paths.State);
        File.WriteAllText(FilePath, content);

        var error = Assert.Throws<HarborException>(() => State.Read());

        Assert.StartsWith("var/state/deployed.json is damaged: ", error.Message);
        Assert.EndsWith("Remove it and deploy again.", error.Message);
    }

    [Fact]
    public void A_file_of_a_newer_Harbor_is_refused()
    {
        (State with { Version = 3 }).Write(new Deployed("demo", 1));

        var error = Assert.Throws<HarborException>(() => State.Read());

        Assert.Equal(
            "var/state/deployed.json was written by a newer Harbor (version 3 of the file; this Harbor knows up to 2). Use that Harbor.",
            error.Message);
    }

    [Fact]
    public void A_file_of_an_older_Harbor_is_read()
    {
        (State with { Version = 1 }).Write(new Deployed("demo", 1));

        Assert.Equal("demo", State.Read()!.Project);
    }

    [Fact]
    public async Task State_that_cannot_be_written_is_kept_elsewhere_and_the_command_in_the_error_puts_it_back()
    {
        State.Write(new Deployed("old", 1));
        Directory.Move(_project.Paths.State, _project.Paths.State + ".away");
        await File.WriteAllTextAsync(_project.Paths.State, "no folder");

        var error = Assert.Throws<HarborException>(() => State.Write(new Deployed("new", 2)));

        File.Delete(_project.Paths.State);
        Directory.Move(_project.Paths.State + ".away", _project.Paths.State);
        Assert.Equal("old", State.Read()!.Project);
        var command = error.Message.Split('\n')[^1].Trim();
        var recovery = command.Split('\'')[1];
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(recovery) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        await new Command(TestScope.New(), "sh", "-c", command).RunAsync(CancellationToken.None);
        Assert.Equal("new", State.Read()!.Project);
        File.Delete(recovery);
    }

    internal sealed record Deployed(string Project, int Services);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SavedState<StateFileTests.Deployed>))]
internal sealed partial class StateFileTestsJson : JsonSerializerContext;
