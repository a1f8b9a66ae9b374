using Cake.Core;

namespace Harbor.Frosting.Tests.Doubles;

/// <summary>A host whose output is kept; its context carries the test's journal.</summary>
internal sealed class TestHost
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public TestHost() => Host = new CakeHost()
        .UseContext(context => new TestContext(context, Journal))
        .UseWriters(_output, _error)
        .UseProduct("Test", "1.2.3", "./build.sh")
        .UseExitCode(exception => exception is WrongInputException ? 2 : null)
        .OnFinished(report => Report = report);

    public CakeHost Host { get; }

    public Journal Journal { get; } = new();

    public RunReport? Report { get; private set; }

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public int Run(params string[] args) => Host.Run(args);
}

internal sealed class TestContext(ICakeContext context, Journal journal) : FrostingContext(context)
{
    public Journal Journal => journal;
}

internal sealed class WrongInputException(string message) : Exception(message);
