using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

/// <summary>Cake's log over <see cref="RunOutput"/>. Errors and warnings go to standard error, other levels to standard output.</summary>
internal sealed class OutputLog(RunOutput output) : ICakeLog
{
    public Verbosity Verbosity { get; set; } = Verbosity.Normal;

    public void Write(Verbosity verbosity, LogLevel level, string format, params object[] args)
    {
        if (verbosity > Verbosity)
        {
            return;
        }

        var text = OutputConsole.Format(format, args);
        output.Write(level <= LogLevel.Warning, output.Options.Ansi ? Coloured(level, text) : text + '\n');
    }

    private static string Coloured(LogLevel level, string text) => level switch
    {
        LogLevel.Fatal or LogLevel.Error => $"\e[31m{text}\e[0m\n",
        LogLevel.Warning => $"\e[33m{text}\e[0m\n",
        LogLevel.Verbose or LogLevel.Debug => $"\e[90m{text}\e[0m\n",
        _ => text + '\n',
    };
}
