using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.Core.Tooling;

namespace Harbor.Frosting;

/// <summary>Creates Cake's parts without a dependency injection container, which would take a third of the start-up time.</summary>
internal static class CakeParts
{
    public static ICakeEnvironment Environment(string? working)
    {
        var environment = new CakeEnvironment(new CakePlatform(), new CakeRuntime());
        if (working is not null)
        {
            if (!Directory.Exists(working))
            {
                throw new InvalidGraphException($"The directory '{working}' given by --working does not exist.");
            }

            environment.WorkingDirectory = new DirectoryPath(working).MakeAbsolute(environment);
        }

        return environment;
    }

    public static CakeContext Context(ICakeEnvironment environment, CommandLine commandLine, ICakeDataService data, ICakeLog log)
    {
        var files = new FileSystem();
        var configuration = new CakeConfigurationProvider(files, environment)
            .CreateConfiguration(environment.WorkingDirectory, new Dictionary<string, string>());
        log.Verbosity = configuration.GetVerbosity(commandLine.Verbosity, Verbosity.Normal);
        var globber = new Globber(files, environment);
        var tools = new ToolLocator(
            environment, new ToolRepository(environment), new ToolResolutionStrategy(files, environment, globber, configuration, log));
        return new CakeContext(
            files,
            environment,
            globber,
            log,
            commandLine.ToArguments(),
            new ProcessRunner(files, environment, log, tools, configuration),
            new WindowsRegistry(),
            tools,
            data,
            configuration,
            new ToolInstaller(environment, tools, configuration, log, []),
            new NoServices());
    }

    /// <summary>Cake aliases that ask for a service get null.</summary>
    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
