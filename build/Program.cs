using Cake.Core;
using Harbor.Frosting;
using Harbor.Processes;
using Harbor.Secrets;

namespace Harbor.Build;

internal static class Program
{
    /// <summary>One for the whole process: everything printed or stored passes through it.</summary>
    public static Redaction Redaction { get; } = new();

    public static int Main(string[] args)
    {
        ProcessHardening.Apply();
        WarmUp.Start();
        var host = new CakeHost()
            .AddAssembly(typeof(Program).Assembly)
            .UseContext(context => HarborLifetime.Context = new HarborContext(context))
            .UseLifetime<HarborLifetime>()
            .UseProduct("Harbor", typeof(Program).Assembly.GetName().Version!.ToString(3), "./build.sh")
            .UseOutput(arguments => new OutputOptions
            {
                Filter = writer => new MaskingWriter(writer, Redaction),
                HumanToStandardError = arguments.GetArgument("output") == "json"
                    || arguments.GetArguments("target").Any(target => target.StartsWith("Secrets", StringComparison.OrdinalIgnoreCase)), // Their output is what they decrypt, and nothing else.
            })
            .UseExitCode(exception => exception switch
            {
                InvalidStackException => 2,
                DeploymentException or CommandFailedException => 1,
                UnauthorizedAccessException or IOException => 1, // .NET's messages name the file, and say what is wrong with it.
                _ => null,
            })
            .OnFinished(HarborLifetime.Finished);
        foreach (var (name, value, description) in Settings.Options)
        {
            host.AddOption(name, description, value);
        }

        return host.Run(WithSetup(args));
    }

    /// <summary><c>--setup</c> is the target Setup before the others.</summary>
    private static string[] WithSetup(string[] args) => args.Contains("--setup") ? ["--target=Setup", .. args] : args;
}
