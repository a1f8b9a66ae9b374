using Harbor.Compose;
using Harbor.Processes;
using Microsoft.Extensions.Time.Testing;

namespace Harbor.Tests.Compose;

/// <summary>The lines are Compose 2.26's.</summary>
public sealed class ComposeProgressTests
{
    private readonly Activities _activities = new(new FakeTimeProvider());

    [Fact]
    public void A_build_shows_the_step_that_each_service_is_at()
    {
        using var progress = new ComposeProgress(_activities);
        progress.Begin(["web", "api"], "building");
        Read(progress, """
            #0 building with "default" instance using docker driver

            #1 [web internal] load build definition from Dockerfile
            #4 [web 1/4] FROM docker.io/library/debian:bookworm
            #4 DONE 0.0s
            #6 [web 2/4] RUN echo one; sleep 4
            #6 0.346 one
            #7 [api build 3/5] RUN make
            """);

        Assert.Equal(["web: building; step 2/4 RUN echo one; sleep 4", "api: building; step 3/5 RUN make"], Current());
    }

    [Fact]
    public void A_pull_shows_how_much_of_all_layers_is_here()
    {
        using var progress = new ComposeProgress(_activities);
        Read(progress, """
             one Pulling
             two Pulling
             b3b7477d19ae Pulling fs layer
             ca847f68ce3c Pulling fs layer
             b3b7477d19ae Downloading [>                                                  ]  32.77kB/3.001MB
             ca847f68ce3c Downloading [===>                                               ]  967.23kB/7.0MB
            """);
        Assert.Equal(["one: pulling; 1 MB of 10 MB", "two: pulling; 1 MB of 10 MB"], Current());

        Read(progress, """
             b3b7477d19ae Verifying Checksum
             ca847f68ce3c Download complete
             one Pulled
             ca847f68ce3c Extracting [=============================>                     ]  3.539MB/7.0MB
            """);
        Assert.Equal(["two: pulling; 10 MB, unpacking"], Current());

        Read(progress, " two Pulled \n Network x_default  Creating\n Container x-two-1  Created");
        Assert.Empty(Current());
    }

    [Fact]
    public void What_does_not_end_by_itself_ends_with_the_command()
    {
        using (var progress = new ComposeProgress(_activities))
        {
            Read(progress, " one Pulling \n two Pulling \n one Error Get \"http://localhost:5999/v2/\": connection refused");
            Assert.Equal(["two: pulling; "], Current());
        }

        Assert.Empty(Current());
    }

    [Fact]
    public void Each_subject_shows_what_began_last_and_nothing_is_shown_in_silence()
    {
        using var waiting = _activities.Begin("web", Activity.Waiting);
        using (_activities.Begin("web", "pulling"))
        {
            Assert.Equal(["web: pulling; "], Current());
        }

        Assert.Equal(["web: waiting; "], Current());
        using (_activities.Silence())
        {
            Assert.Null(_activities.Current);
        }

        Assert.Equal(["web: waiting; "], Current());
    }

    [Theory]
    [InlineData(" b3b7477d19ae Downloading [>     ]  32.77kB/3.001MB", true)]
    [InlineData(" b3b7477d19ae Pull complete ", true)]
    [InlineData(" one Pulling ", false)]
    [InlineData(" Container x-one-1  Creating", false)]
    [InlineData("Error response from daemon: manifest unknown", false)]
    public void Lines_that_matter_for_a_moment_only_are_told_from_others(string line, bool isPassing) =>
        Assert.Equal(isPassing, ComposeProgress.IsPassing(line));

    private static void Read(ComposeProgress progress, string lines)
    {
        foreach (var line in lines.Split('\n'))
        {
            progress.Read(line);
        }
    }

    private IReadOnlyList<string> Current() =>
        [.. _activities.Current!.Select(activity => $"{activity.Subject}: {activity.Doing}; {activity.Detail}")];
}
