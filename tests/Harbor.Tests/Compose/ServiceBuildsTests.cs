using System.Text.Json.Nodes;

namespace Harbor.Tests.Compose;

/// <summary>What an image is built from, and which images are built because of which.</summary>
public sealed class ServiceBuildsTests : IDisposable
{
    private readonly TemporaryProject _project = new();
    private readonly Dictionary<string, string> _images = new()
    {
        ["base:1"] = "sha256:b",
        ["p-web"] = "sha256:w",
        ["p-other"] = "sha256:o",
        ["debian:bookworm"] = "sha256:d",
    };

    public ServiceBuildsTests()
    {
        _project.Write("base/Dockerfile", "FROM debian:bookworm");
        _project.Write("base/v", "1");
        _project.Write("web/Dockerfile", "FROM debian:bookworm");
        _project.Write("web/app/f.txt", "f");
        _project.Write("shared/f.txt", "one");
        _project.Write("other/Dockerfile", "FROM debian:bookworm");
        _project.Parse("""
            {
              "services": {
                "base": {"image": "base:1", "build": {"context": "$DIR/base", "dockerfile": "Dockerfile"}},
                "web": {"build": {"context": "$DIR/web", "dockerfile": "Dockerfile"}},
                "other": {"build": {"context": "$DIR/other", "dockerfile": "Dockerfile"}}
              }
            }
            """);
    }

    public void Dispose() => _project.Dispose();

    [Fact]
    public void A_context_beside_the_own_one_counts_with_all_that_is_in_it()
    {
        Build("web")["additional_contexts"] = new JsonObject { ["shared"] = Path.Combine(_project.Folder, "shared") };
        _project.Write("shared/.dockerignore", "f.txt");

        Assert.Equal("web", Built(() => _project.Write("shared/f.txt", "two")));
        Assert.Equal("web", Built(() => Directory.CreateDirectory(Path.Combine(_project.Folder, "shared/empty"))));
    }

    [Fact]
    public void The_modes_of_files_and_folders_count_and_so_do_empty_folders()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Files have no modes there.");
        if (OperatingSystem.IsWindows())
        {
            return; // For the analyzer.
        }

        var (file, folder) = (Path.Combine(_project.Folder, "web/app/f.txt"), Path.Combine(_project.Folder, "web/app"));

        Assert.Equal("web", Built(() => File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite)));
        Assert.Equal("web", Built(() => File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.SetUser)));
        Assert.Equal("web", Built(() => File.SetUnixFileMode(
            folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)));
        Assert.Equal("web", Built(() => Directory.CreateDirectory(Path.Combine(folder, "empty"))));
        Assert.Equal("web", Built(() => File.WriteAllText(Path.Combine(folder, "nothing"), "")));
        Assert.Equal("web", Built(() => File.SetUnixFileMode(
            Path.Combine(folder, "nothing"), UnixFileMode.UserRead | UnixFileMode.UserExecute)));
        Assert.Equal("", Built(() => File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch)));
    }

    [Fact]
    public void The_ignore_file_of_a_Dockerfile_holds_in_place_of_the_context_s()
    {
        _project.Write("web/.dockerignore", "app");
        Assert.Equal("", Built(() => _project.Write("web/app/f.txt", "g")));

        Assert.Equal("web", Built(() => _project.Write("web/Dockerfile.dockerignore", "\uFEFFlog\n")));
        Assert.Equal("web", Built(() => _project.Write("web/app/f.txt", "h")));
        Assert.Equal("", Built(() => _project.Write("web/log/a", "1")));
        Assert.Equal("web", Built(() => File.Delete(Path.Combine(_project.Folder, "web/Dockerfile.dockerignore"))));
    }

    [Fact]
    public void An_inline_Dockerfile_and_a_Dockerfile_outside_of_the_context_count()
    {
        _project.Write("web/Dockerfile.dockerignore", "");
        Build("other")["dockerfile"] = "../web/Dockerfile";
        Build("base")["dockerfile_inline"] = "FROM debian:bookworm";
        Build("base").AsObject().Remove("dockerfile");

        Assert.Equal("other web", Built(() => _project.Write("web/Dockerfile", "FROM debian:bookworm\nRUN true")));
        Assert.Equal("base", Built(() => Build("base")["dockerfile_inline"] = "FROM debian:bookworm\nRUN true"));
    }

    [Theory]
    [InlineData("FROM base:1")]
    [InlineData("FROM docker.io/library/base:1 AS one")]
    [InlineData("ARG BASE=base TAG=1\nFROM ${BASE}:${TAG}")]
    [InlineData("ARG FROM_ARGS=debian:bookworm\nFROM $FROM_ARGS")]
    [InlineData("FROM debian:bookworm\nCOPY --from=base:1 /v /v")]
    [InlineData("FROM debian:bookworm\nRUN --mount=from=base:1,target=/b true")]
    [InlineData("FROM base-${TARGETARCH}")] // It may be any of them.
    public void An_image_is_built_after_the_image_of_the_project_that_it_is_made_from(string dockerfile)
    {
        _project.Write("web/Dockerfile", dockerfile);
        Build("web")["args"] = new JsonObject { ["FROM_ARGS"] = "base:1" };

        Assert.Equal("base web", Built(() => _project.Write("base/v", "2")));
        Assert.Equal(["base", "web"], _project.Digests().Builds.Rounds(["web", "base"]).Select(round => Assert.Single(round)));
        _images.Remove("base:1");
        Assert.Equal("base web", Built(() => { })); // It comes out otherwise, it may be.
    }

    [Fact]
    public void An_image_whose_name_only_the_builder_knows_is_not_known_and_built_with_each_Deploy()
    {
        _project.Write("web/Dockerfile", "FROM debian-${TARGETARCH}");

        var builds = _project.Digests().Builds;

        Assert.Equal("its Dockerfile names an image that only the builder knows", Assert.Single(builds.Unknown).Why);
        Assert.Contains("web", Built(() => { }).Split(' '));
    }

    [Theory]
    [InlineData("service:base", "base web")]
    [InlineData("docker-image://base:1", "base web")]
    [InlineData("docker-image://else:1", "base")]
    public void A_context_may_be_an_image_of_the_project_also_under_the_name_of_another_image(string context, string built)
    {
        _project.Write("web/Dockerfile", "FROM base:1");
        Build("web")["additional_contexts"] = new JsonObject { ["base:1"] = context };

        Assert.Equal(built, Built(() => _project.Write("base/v", "2")));
    }

    [Fact]
    public void An_image_that_nobody_here_builds_counts_by_what_the_engine_has_under_its_name()
    {
        Assert.Equal(["debian:bookworm"], _project.Digests().Builds.BaseImages);
        Assert.Equal("base other web", Built(() => _images["debian:bookworm"] = "sha256:new"));
    }

    [Fact]
    public void Images_that_are_made_from_each_other_do_not_stop_the_search()
    {
        _project.Write("base/Dockerfile", "FROM p-web");
        _project.Write("web/Dockerfile", "FROM base:1");

        Assert.Equal("base web", Built(() => _project.Write("base/v", "2")));
        Assert.Equal(["base web"], _project.Digests().Builds.Rounds(["web", "base"]).Select(round => string.Join(' ', round)));
    }

    [Theory]
    [InlineData("context", "https://github.com/x/y.git", "its build context is fetched from https://github.com/x/y.git")]
    [InlineData("more", "git@github.com:x/y.git", "its build reads git@github.com:x/y.git, which is fetched")]
    [InlineData("add", "https://example.org/a", "its Dockerfile adds https://example.org/a")]
    public void What_is_fetched_is_not_known_and_built_each_time(string where, string address, string why)
    {
        switch (where)
        {
            case "context":
                Build("web")["context"] = address;
                break;
            case "more":
                Build("web")["additional_contexts"] = new JsonObject { ["x"] = address };
                break;
            default:
                _project.Write("web/Dockerfile", $"FROM debian:bookworm\nADD {address} /a");
                break;
        }

        Assert.Equal([$"web: {why}"], _project.Digests().Builds.Unknown.Select(input => $"{input.Service}: {input.Why}"));
        Assert.Equal("web", Built(() => { }));
    }

    [Fact]
    [Trait("Exhaustive", "true")]
    public void A_context_with_too_many_files_is_not_known()
    {
        for (var i = 0; i < 100_000; i++)
        {
            Directory.CreateDirectory(Path.Combine(_project.Folder, "web/app", $"{i}"));
        }

        Assert.StartsWith(
            $"its build reads {_project.Folder}/web, which has more than 100,000 files",
            Assert.Single(_project.Digests().Builds.Unknown).Why);
        _project.Write("web/.dockerignore", "app\n");
        Assert.Empty(_project.Digests().Builds.Unknown);
    }

    private JsonNode Build(string service) => _project.Model["services"]![service]!["build"]!;

    /// <summary>The services that are built because of a change.</summary>
    private string Built(Action change)
    {
        var saved = _project.Digests().Builds.Digests(_images);
        change();
        return string.Join(' ', _project.Digests().Builds.ToBuild(_project.Resolve(), saved, _images));
    }
}
