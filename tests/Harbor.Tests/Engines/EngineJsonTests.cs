using System.Text;
using System.Text.Json;
using Harbor.Engines;

namespace Harbor.Tests.Engines;

public sealed class EngineJsonTests
{
    [Theory]
    [InlineData("running", "Up 2 seconds (healthy)", ContainerState.Running, ContainerHealth.Healthy, null)]
    [InlineData("running", "Up 2 seconds (health: starting)", ContainerState.Running, ContainerHealth.Starting, null)]
    [InlineData("running", "Up 2 hours (unhealthy)", ContainerState.Running, ContainerHealth.Unhealthy, null)]
    [InlineData("running", "Up 2 hours", ContainerState.Running, ContainerHealth.None, null)]
    [InlineData("exited", "Exited (137) 3 days ago", ContainerState.Exited, ContainerHealth.None, 137)]
    [InlineData("restarting", "Restarting (3) 1 second ago", ContainerState.Restarting, ContainerHealth.None, null)]
    [InlineData("created", "Created", ContainerState.Created, ContainerHealth.None, null)]
    [InlineData("hibernating", "", ContainerState.Unknown, ContainerHealth.None, null)]
    public void State_health_and_exit_code_are_read_from_the_list_s_words(
        string state, string status, ContainerState expected, ContainerHealth health, int? code)
    {
        using var json = JsonDocument.Parse(
            $$"""{"Id":"1","Names":["/p-web-1"],"State":"{{state}}","Status":"{{status}}","Labels":null,"Ports":null}""");

        var container = EngineJson.Listed(json.RootElement);

        Assert.Equal((expected, health, code), (container.State, container.Health, container.ExitCode));
    }

    [Fact]
    public void Logs_of_both_streams_keep_their_order_and_only_the_last_lines()
    {
        byte[] log = [.. Frame(1, "one\ntw"), .. Frame(2, "err\n"), .. Frame(1, "o\r\n"), .. Frame(1, "three\n")];

        Assert.Equal(["twerr", "o", "three"], LogFrames.Lines(log, 3));
        Assert.Equal(["plain", "text"], LogFrames.Lines("plain\ntext\n"u8, 20));
        Assert.Empty(LogFrames.Lines(""u8, 20));
        Assert.Equal(["cut"], LogFrames.Lines([1, 0, 0, 0, 0, 0, 0, 99, .. "cut"u8], 20));
    }

    [Theory]
    [InlineData("nginx", "nginx:latest")]
    [InlineData("nginx:1", "nginx:1")]
    [InlineData("host:5000/nginx", "host:5000/nginx:latest")]
    [InlineData("nginx@sha256:abc", "nginx@sha256:abc")]
    public void A_name_without_a_tag_means_latest(string image, string full) => Assert.Equal(full, EngineJson.WithTag(image));

    private static byte[] Frame(byte stream, string text) => [stream, 0, 0, 0, 0, 0, 0, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];
}
