using Harbor.Snapshots;
using Xunit.Sdk;

namespace Harbor.Tests.Repository;

public sealed class SnapshotTests
{
    [Fact]
    public void A_text_that_differs_fails_with_the_first_line_that_does_and_how_to_accept_it()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("HARBOR_ACCEPT_SNAPSHOTS") == "1", "Everything is accepted.");
        Snapshot.Match("snapshot", "one\ntwo\n");

        var changed = Assert.ThrowsAny<XunitException>(() => Snapshot.Match("snapshot", "one\n2\n")).Message;
        var shorter = Assert.ThrowsAny<XunitException>(() => Snapshot.Match("snapshot", "one\n")).Message;
        var missing = Assert.ThrowsAny<XunitException>(() => Snapshot.Match("snapshot-missing", "one\n")).Message;

        Assert.Contains("differs from line 2 on:\n- two\n+ 2\n", changed);
        Assert.Contains("HARBOR_ACCEPT_SNAPSHOTS=1", changed);
        Assert.Contains("differs from line 2 on:\n- two\n+ \n", shorter);
        Assert.Contains("There is no accepted text yet.", missing);
        var received = changed.Split("snapshot.verified.txt ")[1].Split('\n')[0];
        Assert.Equal("one\n", File.ReadAllText(received));
        File.Delete(received);
        File.Delete(received.Replace("snapshot.", "snapshot-missing.", StringComparison.Ordinal));
    }
}
