using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Harbor.Processes;

public sealed partial record Command
{
    private const int NotFound = 2; // ENOENT and ERROR_FILE_NOT_FOUND
    private const string Join = "exec \"$@\" 2>&1";
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private Process Start(string id)
    {
        var isJoined = JoinsStreams && !OperatingSystem.IsWindows() && Scope.FindProgram(FileName) is not null;
        var start = isJoined ? NewStart("/bin/sh", ["-c", Join, "sh", FileName, .. Arguments]) : NewStart(FileName, Arguments);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardOutputEncoding = start.StandardErrorEncoding = Utf8;
        if (!InheritsInput)
        {
            start.RedirectStandardInput = true;
            start.StandardInputEncoding = Utf8;
        }

        return Start(start, id);
    }

    private Process Start(ProcessStartInfo start, string id)
    {
        start.Environment[ChildEnvironment.CommandIdVariable] = id;
        start.Environment[ChildEnvironment.RunIdVariable] = Scope.Id;
        return Start(start);
    }

    private ProcessStartInfo NewStart(string fileName, IEnumerable<string> arguments)
    {
        var environment = Environment ?? Scope.ChildVariables();
        ThrowIfNul(environment);
        var start = new ProcessStartInfo(fileName, arguments) { WorkingDirectory = WorkingDirectory ?? "", UseShellExecute = false };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>The system would cut the text at the NUL character and run something else.</summary>
    private void ThrowIfNul(IReadOnlyDictionary<string, string> environment)
    {
        for (var i = 0; i < Arguments.Count; i++)
        {
            if (Arguments[i].Contains('\0'))
            {
                throw new CommandFailedException(
                    this with { Arguments = [] }, null, $"was not started: argument {i + 1} contains a NUL character", "");
            }
        }

        foreach (var (name, value) in environment)
        {
            if (name.Contains('\0') || value.Contains('\0'))
            {
                throw new CommandFailedException(
                    this, null, $"was not started: the environment variable {name.Replace('\0', '?')} contains a NUL character", "");
            }
        }
    }

    private Process Start(ProcessStartInfo start)
    {
        if (start.WorkingDirectory.Length > 0 && !Directory.Exists(start.WorkingDirectory))
        {
            throw new CommandFailedException(this, null, "could not be started: its working directory does not exist", "");
        }

        try
        {
#pragma warning disable RS0030 // The one place that starts processes.
            return Process.Start(start)!;
#pragma warning restore RS0030
        }
        catch (Win32Exception e)
        {
            var inPath = Path.GetFileName(FileName) == FileName;
            var why = e.NativeErrorCode == NotFound
                ? $"there is no such program{(inPath ? " in PATH" : "")}" : new Win32Exception(e.NativeErrorCode).Message;
            throw new CommandFailedException(this, null, $"could not be started: {why}", "");
        }
    }
}
