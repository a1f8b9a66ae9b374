using Cake.Core;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting.Tests;

public sealed class CommandLineTests
{
    private static readonly IReadOnlyList<CommandOption> Known =
        [.. CommandOption.Cake, new CommandOption("services", "", "A,B"), new CommandOption("set", "", "KEY=VALUE"),
            new CommandOption("explain", "")];

    [Theory]
    [InlineData("--target=A --target B -t C -t=D -T E", "A B C D E")]
    [InlineData("--TARGET=A", "A")]
    [InlineData("--exclusive", "")]
    public void Targets_are_given_in_all_of_Cakes_forms_and_repeated(string line, string targets) =>
        Assert.Equal(targets, string.Join(' ', Parse(line).Targets));

    [Fact]
    public void Declared_options_are_arguments_repeated_ones_too()
    {
        var arguments = Parse("--services a,b --set X=1 --set=Y=a=b --explain --set Z=").ToArguments();

        Assert.Equal("a,b", arguments.GetArgument("Services"));
        Assert.Equal(["X=1", "Y=a=b", "Z="], arguments.GetArguments("set"));
        Assert.Equal("true", arguments.GetArgument("explain"));
        Assert.False(arguments.HasArgument("target"));
    }

    [Fact]
    public void Built_in_options_are_understood()
    {
        var line = Parse("-v d --parallel 3 -w /tmp -e --whatif --tree=false");

        Assert.Equal((Verbosity.Diagnostic, 3, "/tmp"), (line.Verbosity, line.Parallel, line.Working));
        Assert.Equal((true, true, false, false), (line.IsSet("exclusive"), line.IsSet("dryrun"), line.IsSet("tree"), line.IsSet("help")));
    }

    [Fact]
    public void Everything_wrong_is_reported_at_once()
    {
        var error = Assert.Throws<InvalidGraphException>(() =>
            Parse("--traget Deploy deploy --servics=a --parallel 0 -x --verbosity=loud --explain=maybe --target= -t --set"));

        Assert.Equal(
            [
                "Unknown option '--traget'. Did you mean '--target'?",
                "Unknown option '--servics'. Did you mean '--services'?",
                "'0' is not a valid value for --parallel: expected a number from 1.",
                "Unknown option '-x'.",
                "'loud' is not a valid value for --verbosity: expected Quiet, Minimal, Normal, Verbose or Diagnostic.",
                "'--explain' is a flag, so it accepts true or false, not 'maybe'.",
                "'' is not a valid value for --target: it is empty.",
                "'-t' needs a value: -t NAME.",
                "'--set' needs a value: --set KEY=VALUE.",
                "There is no target 'deploy'.",
            ],
            error.Problems);
    }

    private static CommandLine Parse(string line) =>
        CommandLine.Parse(line.Split(' '), new Vocabulary(Known, [], new Dictionary<string, string>()));
}
