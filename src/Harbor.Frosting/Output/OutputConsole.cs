using System.Globalization;
using Cake.Core;

namespace Harbor.Frosting;

/// <summary>Cake's console over <see cref="RunOutput"/>. Colours are ignored, because they would leak into other tasks.</summary>
internal sealed class OutputConsole(RunOutput output) : IConsole
{
    public ConsoleColor ForegroundColor { get; set; }

    public ConsoleColor BackgroundColor { get; set; }

    public bool SupportAnsiEscapeCodes => output.Options.Ansi;

    public void Write(string format, params object[] arg) => Write(Format(format, arg));

    public void Write(string value) => output.Write(isError: false, value);

    public void WriteLine(string format, params object[] arg) => WriteLine(Format(format, arg));

    public void WriteLine(string value) => output.Write(isError: false, value + '\n');

    public void WriteError(string format, params object[] arg) => WriteError(Format(format, arg));

    public void WriteError(string value) => output.Write(isError: true, value);

    public void WriteErrorLine(string format, params object[] arg) => WriteErrorLine(Format(format, arg));

    public void WriteErrorLine(string value) => output.Write(isError: true, value + '\n');

    public void ResetColor()
    {
    }

    internal static string Format(string format, object[] arg) =>
        arg.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, arg);
}
